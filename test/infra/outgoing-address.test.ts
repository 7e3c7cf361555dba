import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesized, temporaryFolder } from './synthesized.ts';

const folder = temporaryFolder();

describe('outgoingAddress', () => {
  const { template, of, ids, outputs } = synthesized(folder, { outgoingAddress: true });

  it('is one Elastic IP, on one NAT gateway, and an output', () => {
    const [address, ...others] = ids('AWS::EC2::EIP');
    expect(others).toEqual([]);
    expect(of('AWS::EC2::NatGateway')).toEqual([
      expect.objectContaining({ AllocationId: `\${${address}.AllocationId}` }),
    ]);
    expect(outputs['OutgoingAddress']).toBe(`\${${address}.PublicIp}`);
  });

  it('outlives the stack with `retain`: smarthosts permit it by its number', () => {
    template.hasResource('AWS::EC2::EIP', { DeletionPolicy: 'RetainExceptOnCreate' });
    synthesized(folder, { outgoingAddress: true, retain: false }).template.hasResource('AWS::EC2::EIP', {
      DeletionPolicy: Match.absent(),
    });
  });

  it('is the way that everything of the function takes', () => {
    const [nat] = ids('AWS::EC2::NatGateway');
    const [group] = ids('AWS::EC2::SecurityGroup');
    const [fn] = of('AWS::Lambda::Function') as { VpcConfig: { SubnetIds: string[] } }[];
    const SubnetIds = fn?.VpcConfig.SubnetIds ?? [];
    expect(fn?.VpcConfig).toMatchObject({ SecurityGroupIds: [`\${${group}.GroupId}`] });
    expect(SubnetIds.length).toBe(2);
    const tables = new Map(
      of('AWS::EC2::SubnetRouteTableAssociation').map((each) => [each['SubnetId'], each['RouteTableId']]),
    );
    const ways = new Map(of('AWS::EC2::Route').map((each) => [each['RouteTableId'], each]));
    for (const subnet of SubnetIds) {
      expect(ways.get(tables.get(subnet))).toMatchObject({
        DestinationCidrBlock: '0.0.0.0/0',
        NatGatewayId: `\${${nat}}`,
      });
    }
  });

  it("is not the way of the journal's traffic: an endpoint of the function's subnets costs nothing", () => {
    const [fn] = of('AWS::Lambda::Function') as { VpcConfig: { SubnetIds: string[] } }[];
    const SubnetIds = fn?.VpcConfig.SubnetIds ?? [];
    const ways = of('AWS::EC2::SubnetRouteTableAssociation')
      .filter((each) => SubnetIds.includes(String(each['SubnetId'])))
      .map((each) => each['RouteTableId']);
    expect(ways).toHaveLength(2);
    expect(of('AWS::EC2::VPCEndpoint')).toEqual([
      expect.objectContaining({
        VpcEndpointType: 'Gateway',
        ServiceName: `com.amazonaws.\${AWS::Region}.dynamodb`,
        VpcId: `\${${ids('AWS::EC2::VPC')[0]}}`,
        RouteTableIds: ways,
      }),
    ]);
  });

  it('lets everything out: a route may name any port', () => {
    const [group] = of('AWS::EC2::SecurityGroup');
    expect(group?.['SecurityGroupEgress']).toEqual([
      expect.objectContaining({ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }),
    ]);
  });

  it('lets nothing in', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    template.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
  });

  it('takes no second function, as emptying the default security group would', () => {
    template.resourceCountIs('AWS::Lambda::Function', 1);
  });

  it("lets Lambda make the function's network interfaces, and the function's own code not", () => {
    const actions = [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ];
    const [policy] = of('AWS::IAM::Policy');
    expect(policy?.['PolicyDocument']).toMatchObject({
      Statement: expect.arrayContaining([
        { Sid: 'EnterVpc', Effect: 'Allow', Action: actions, Resource: '*' },
        {
          Sid: 'NotByItsOwnCode',
          Effect: 'Deny',
          Action: actions,
          Resource: '*',
          Condition: {
            ArnLike: {
              'lambda:SourceFunctionArn': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:*`,
            },
          },
        },
      ]),
    });
  });

  it('is not there by default: it costs', () => {
    const without = synthesized(folder);
    for (const type of ['VPC', 'VPCEndpoint', 'NatGateway', 'EIP', 'SecurityGroup']) {
      without.template.resourceCountIs(`AWS::EC2::${type}`, 0);
    }
    expect(JSON.stringify(without.of('AWS::IAM::Policy'))).not.toContain('ec2:');
  });
});
