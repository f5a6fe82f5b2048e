import { SendTaskSuccessCommand, SFNClient, TaskTimedOut } from '@aws-sdk/client-sfn';
import type { SQSHandler } from 'aws-lambda';

const workflows = new SFNClient({});

/** Stands where people pack a parcel: answers with its number what the workflow waits for. */
export const handler: SQSHandler = async ({ Records }) => {
  for (const { body } of Records) {
    const { token, orderId } = JSON.parse(body) as { token: string; orderId: string };
    const output = JSON.stringify({ parcel: `parcel-of-${orderId}` });
    try {
      await workflows.send(new SendTaskSuccessCommand({ taskToken: token, output }));
    } catch (error) {
      // Queues deliver at least once: this message was answered before.
      if (!(error instanceof TaskTimedOut)) throw error;
    }
  }
};
