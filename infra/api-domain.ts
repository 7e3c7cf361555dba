import { DomainName, IpAddressType } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

export type ApiDomain = {
  /** `mail.example.jp` */
  readonly name: string;
  /** A certificate of ACM for it, in the stack's region. */
  readonly certificateArn: string;
  /** Its zone in Route 53, which gets the record. Absent: the output `DomainTarget` tells what your DNS must say. */
  readonly hostedZone?: { readonly hostedZoneId: string; readonly zoneName: string };
};

export type ApiDomainNameProps = { readonly domain: ApiDomain; readonly ipAddressType: IpAddressType };

/** The API's own domain name (TLS 1.2 and up), and its records where the zone is in Route 53. */
export class ApiDomainName extends Construct {
  readonly domainName: DomainName;

  constructor(scope: Construct, id: string, { domain, ipAddressType }: ApiDomainNameProps) {
    super(scope, id);
    this.domainName = new DomainName(this, 'Name', {
      domainName: domain.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      ipAddressType,
    });
    if (!domain.hostedZone) return;
    const record = {
      zone: HostedZone.fromHostedZoneAttributes(this, 'Zone', domain.hostedZone),
      recordName: `${domain.name}.`,
      target: RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(
          this.domainName.regionalDomainName,
          this.domainName.regionalHostedZoneId,
        ),
      ),
    };
    new ARecord(this, 'A', record);
    if (ipAddressType === IpAddressType.DUAL_STACK) new AaaaRecord(this, 'Aaaa', record);
  }
}
