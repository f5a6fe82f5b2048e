// What lies in the dead-letter queue, for a page: the likeliest place of an event that was published and did not
// arrive. Only when the test said which queue (`deadLetterQueue`), only a look: every other reader sees the messages
// again at once.
import { plainName } from '@earwitness/protocol/internal/journal/names';
import { parseMessage } from '../event.ts';
import { isMissingPackage } from '../missing-package.ts';
import type { Checked, DeadLetterFound } from './journal/findings.ts';

/** What lies in the queue, and what is to be said of the queue itself. */
export interface QueueLook {
  readonly letters: readonly DeadLetterFound[];
  readonly checks: readonly Checked[];
}

/** Looks at the newest ten letters; when the queue cannot be read, a check says why. */
export async function lookIntoDeadLetterQueue(queueUrl: string | undefined): Promise<QueueLook> {
  if (!queueUrl) return { letters: [], checks: [] };
  const name = plainName(queueUrl.split('/').at(-1) ?? '');
  try {
    const sdk = await import('@aws-sdk/client-sqs');
    const client = new sdk.SQSClient({ maxAttempts: 1 });
    const { Messages = [] } = await client.send(
      new sdk.ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 0,
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: AbortSignal.timeout(2000) },
    );
    client.destroy();
    if (Messages.length === 0)
      return { letters: [], checks: [{ ok: true, text: `dead-letter queue ${name} is empty` }] };
    const letters = Messages.map(({ Body = '', MessageAttributes = {} }) => {
      const event = parseMessage(Body);
      const type = typeof event === 'string' ? undefined : event['detail-type'];
      const [code, words] = ['ERROR_CODE', 'ERROR_MESSAGE'].map((key) => MessageAttributes[key]?.StringValue ?? '?');
      return { event, text: `dead-letter queue ${name} has ${type ?? 'a message'}: ${code}: ${words}` };
    });
    return { letters, checks: [] };
  } catch (error) {
    return {
      letters: [],
      checks: [{ ok: false, text: `dead-letter queue ${name} could not be read: ${reasonOf(error)}` }],
    };
  }
}

function reasonOf(error: unknown): string {
  if (isMissingPackage(error)) return 'npm install --save-dev @aws-sdk/client-sqs';
  return error instanceof Error ? error.message : String(error);
}
