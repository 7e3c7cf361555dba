import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  CfnEIP,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type ISecurityGroup,
  type IVpc,
  NatProvider,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** Where a function runs that is not on Lambda's own network. */
export type Network = { readonly vpc: IVpc; readonly securityGroups: readonly ISecurityGroup[] };

export type OutgoingAddressProps = { readonly label: string; readonly retain: boolean };

/**
 * One address that mail leaves from: a VPC whose private subnets reach the Internet by one NAT gateway with an Elastic IP. Its cost:
 * `outgoingAddress` of HainekoProps. One gateway stands in one zone: while that zone is down, so is the way out. Port 25 stays closed until AWS
 * lifts that for the account. In a stack with an `env` of its own the CDK looks up the account's zones, so that its synth wants an account.
 */
export class OutgoingAddress extends Construct {
  readonly network: Network;
  /** The IPv4 address that smarthosts see. */
  readonly address: string;

  constructor(scope: Construct, id: string, { label, retain }: OutgoingAddressProps) {
    super(scope, id);
    const address = new CfnEIP(this, 'Address', {
      domain: 'vpc',
      tags: [{ key: 'Name', value: `${label}, outgoing mail` }],
    });
    // smarthosts permit it by its number, and nobody gets the same one again
    if (retain) address.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    // a cast, since CDK's own class does not fit its interface under exactOptionalPropertyTypes (vpnGatewayId)
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.25.0.0/24'),
      maxAzs: 2,
      natGateways: 1,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: [address.attrAllocationId] }),
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 26 },
      ],
      // nothing is ever put into the default security group; emptying it would take a second Lambda function
      restrictDefaultSecurityGroup: false,
    }) as IVpc;
    // costs nothing, and keeps the journal's traffic off the NAT gateway, which charges for each GB
    // https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    vpc.addGatewayEndpoint('DynamoDb', {
      service: GatewayVpcEndpointAwsService.DYNAMODB,
      subnets: [{ subnetType: SubnetType.PRIVATE_WITH_EGRESS }],
    });
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Haineko: out to mail servers and AWS, nothing in',
      // a route may name any port
      allowAllOutbound: true,
    });
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        "No flow logs: the relay's own log names host and port of every connection, and nothing can come in.",
    });
    this.network = { vpc, securityGroups: [securityGroup] };
    this.address = address.attrPublicIp;
  }
}
