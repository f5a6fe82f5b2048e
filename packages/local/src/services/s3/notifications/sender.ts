// One notification to one destination, as s3.amazonaws.com on behalf of the bucket, so that queue policies, topic
// policies and function permissions decide. What a destination answers is a value: delivered, again later, or never.
import { parseArn, partitionOf } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import type { NotificationRule } from './configuration.ts';
import { bucketArn } from './notice.ts';

/** The bucket on whose behalf S3 calls. */
export interface Source {
  readonly bucket: string;
  /** The owner's. */
  readonly account: string;
  readonly region: string;
  readonly traceId?: string;
}

/** Who S3 is to a destination. */
export function senderFor(arn: string, { bucket, account, region, traceId }: Source): Omit<Call, 'requestId'> {
  const sourceArn = bucketArn(bucket, partitionOf(region));
  return {
    account,
    region: parseArn(arn)?.region ?? region,
    principal: { kind: 'service', service: 's3.amazonaws.com', sourceArn, sourceAccount: account },
    ...(traceId !== undefined && { traceId }),
  };
}

export type Sent =
  /** `takenAs`: what the destination calls it: a message, an invocation. */
  | { readonly kind: 'delivered'; readonly takenAs?: string }
  | { readonly kind: 'again' | 'never'; readonly code: string; readonly message: string };

/** Sends a text once. */
export async function sendTo(
  platform: Platform,
  { kind, arn }: Pick<NotificationRule, 'kind' | 'arn'>,
  { text, source }: { readonly text: string; readonly source: Source },
): Promise<Sent> {
  try {
    const takenAs = await SENDERS[kind](platform, arn, { text, source });
    return { kind: 'delivered', ...(takenAs !== undefined && { takenAs }) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, message, status = 400 } = error;
    const isPassing = /throttl|toomanyrequests|requestlimit/i.test(code) || (status >= 500 && status !== 501);
    return { kind: isPassing ? 'again' : 'never', code, message };
  }
}

type Send = (
  platform: Platform,
  arn: string,
  sent: { readonly text: string; readonly source: Source },
) => Promise<string | undefined>;

const SENDERS: Readonly<Record<NotificationRule['kind'], Send>> = {
  async queue({ address, dispatch }, arn, { text, source }) {
    const { account = '', resource = '' } = parseArn(arn) ?? {};
    const { traceId } = source;
    const { MessageId } = await dispatch.call(
      'sqs',
      'SendMessage',
      {
        QueueUrl: `${address.http}/${account}/${resource}`,
        MessageBody: text,
        // Recorded on AWS: LocalStack, tests/aws/services/s3, test_xray_header.
        ...(traceId !== undefined && {
          MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: traceId } },
        }),
      },
      senderFor(arn, source),
    );
    return MessageId;
  },

  async topic({ dispatch, ids, standIns }, arn, { text, source }) {
    const sns = dispatch.service('sns');
    if (!sns) {
      const trace = source.traceId !== undefined && { traceId: source.traceId };
      standIns.receive({ via: 'destination', arn, input: text, ...trace });
      return undefined;
    }
    const asked = { TopicArn: arn, Message: text, Subject: 'Amazon S3 Notification' };
    const output = await dispatch.run(sns, 'Publish', asked, { ...senderFor(arn, source), requestId: ids.uuid() });
    return typeof output === 'object' && output !== null && 'MessageId' in output
      ? String(output.MessageId)
      : undefined;
  },

  // The id of the request is that of the invocation.
  async function({ dispatch, ids }, arn, { text, source }) {
    const requestId = ids.uuid();
    const asked = { FunctionName: arn, InvocationType: 'Event', Payload: Buffer.from(text) } as const;
    await dispatch.call('lambda', 'Invoke', asked, { ...senderFor(arn, source), requestId });
    return requestId;
  },
};
