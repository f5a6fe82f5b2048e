// What lies in the dead-letter queue, for a page: the likeliest place of an event that was published and did not
// arrive. Only when the test said which queue (`deadLetterQueue`), only a look: every other reader sees the messages
// again at once.
import { isMissingPackage } from '../missing-package.ts';
import type { Checked } from './journal/findings.ts';

/** One finding on the queue; when it cannot be read, the finding says why. */
export async function lookIntoDeadLetterQueue(queueUrl: string | undefined): Promise<Checked[]> {
  if (!queueUrl) return [];
  const name = queueUrl.split('/').at(-1);
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
    if (Messages.length === 0) return [{ ok: true, text: `dead-letter queue ${name} is empty` }];
    return Messages.slice(0, 3).map(({ Body = '', MessageAttributes = {} }) => {
      const type = /"detail-type"\s*:\s*"([^"]*)"/.exec(Body)?.[1] ?? 'a message';
      const [code, words] = ['ERROR_CODE', 'ERROR_MESSAGE'].map((key) => MessageAttributes[key]?.StringValue ?? '?');
      return { ok: false, text: `dead-letter queue ${name} has ${type}: ${code}: ${words}` };
    });
  } catch (error) {
    const reason = reasonOf(error);
    return [{ ok: false, text: `dead-letter queue ${name} could not be read: ${reason}` }];
  }
}

function reasonOf(error: unknown): string {
  if (isMissingPackage(error)) return 'npm install --save-dev @aws-sdk/client-sqs';
  return error instanceof Error ? error.message : String(error);
}
