import { EventBus } from 'aws-cdk-lib/aws-events';
import {
  ConfigurationSet,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';

/** What becomes of a mail after SES took it. Not opens and clicks: for those SES would write into the mail. */
const EVENTS = [
  EmailSendingEvent.SEND,
  EmailSendingEvent.REJECT,
  EmailSendingEvent.DELIVERY,
  EmailSendingEvent.DELIVERY_DELAY,
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
];

/** A domain as an identity of SES, signed by Easy DKIM, with a configuration set whose events go to EventBridge. */
export class SendingDomain extends Construct {
  readonly configurationSetName: string;
  /** CNAME records that prove the domain to SES and carry its DKIM keys. */
  readonly dkimRecords: readonly { readonly name: string; readonly value: string }[];

  constructor(scope: Construct, id: string, { domain }: { readonly domain: string }) {
    super(scope, id);
    const set = new ConfigurationSet(this, 'ConfigurationSet', {});
    set.addEventDestination('EventBridge', {
      // the default bus is the only one that SES sends to
      // https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-eventbridge.html
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'Bus', 'default')),
      events: EVENTS,
    });
    const identity = new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(domain),
      // of every mail from the domain, whether a route names it or not
      configurationSet: set,
    });
    this.configurationSetName = set.configurationSetName;
    this.dkimRecords = identity.dkimRecords;
  }
}
