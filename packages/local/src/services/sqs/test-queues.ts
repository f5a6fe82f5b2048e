// What tests of queues stand on: a cloud with SQS alone, made anew for each test. Used by tests only.
import type { Operations } from '@earwitness/protocol/internal/aws/models/sqs.types';
import { beforeEach } from 'vitest';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud } from '../../test-cloud.ts';
import { createSqsService } from './service.ts';

export let cloud: Cloud;
beforeEach(() => {
  cloud = createTestCloud(createSqsService);
});

export const sqs = callerOf('sqs', () => cloud);

/** Returns its URL. */
export async function makeQueue(name = 'orders', attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl: url = '' } = await sqs('CreateQueue', { QueueName: name, Attributes: attributes });
  return url;
}

export async function receive(url: string, options: Omit<Operations['ReceiveMessage']['input'], 'QueueUrl'> = {}) {
  const asked = { QueueUrl: url, MaxNumberOfMessages: 10, ...options };
  const { Messages: messages = [] } = await sqs('ReceiveMessage', asked);
  return messages;
}

export function bodies(messages: readonly { readonly Body?: string | undefined }[]) {
  return messages.map((message) => message.Body);
}
