// What the local cloud's queues can be asked for, by SQS's own API. As with buses (bus.ts): what cannot be read within
// a second is left out.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { askLocal } from './bus.ts';

/** What decides when a message that was received is seen again. */
export interface QueueSettings {
  readonly visibilitySeconds: number;
  readonly redrive?: { readonly maxReceiveCount: number; readonly queueArn: string };
}

/** The settings of a queue; undefined when they cannot be read. */
export async function readQueue(arn: string): Promise<QueueSettings | undefined> {
  const { account, resource } = parseArn(arn) ?? {};
  const { Attributes } = await askLocal<{ readonly Attributes?: Readonly<Record<string, string>> }>(
    'AmazonSQS.GetQueueAttributes',
    {
      QueueUrl: `${process.env['AWS_ENDPOINT_URL']}/${account}/${resource}`,
      AttributeNames: ['VisibilityTimeout', 'RedrivePolicy'],
    },
  );
  const seconds = Number(Attributes?.['VisibilityTimeout']);
  if (!Number.isFinite(seconds)) return undefined;
  const { maxReceiveCount, deadLetterTargetArn } = JSON.parse(Attributes?.['RedrivePolicy'] ?? '{}') as {
    readonly maxReceiveCount?: unknown;
    readonly deadLetterTargetArn?: unknown;
  };
  if (typeof deadLetterTargetArn !== 'string') return { visibilitySeconds: seconds };
  return {
    visibilitySeconds: seconds,
    redrive: { maxReceiveCount: Number(maxReceiveCount), queueArn: deadLetterTargetArn },
  };
}
