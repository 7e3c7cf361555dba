import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export type LogProps = { readonly retain: boolean; readonly logRetention?: RetentionDays | undefined };

/** A log group that ends what it keeps, and outlives the stack where that is wished. One that a service makes by itself keeps everything for ever. */
export class Log extends Construct {
  readonly group: LogGroup;

  constructor(scope: Construct, id: string, { retain, logRetention = RetentionDays.ONE_MONTH }: LogProps) {
    super(scope, id);
    this.group = new LogGroup(this, 'Group', {
      retention: logRetention,
      // but not where the stack's very creation fails
      removalPolicy: retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
  }
}
