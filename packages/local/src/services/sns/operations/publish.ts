// Publish and PublishBatch.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { PublishBatchRequestEntry } from '@earwitness/protocol/internal/aws/models/sns.types';
import type { OperationsOf } from '../../../call.ts';
import { checkSize, draftMessage } from '../message/draft.ts';
import type { Parts } from '../parts.ts';
import { invalidParameter } from '../refusals.ts';
import { isFifo } from '../topic.ts';
import { maxMessageBytes } from '../topic-attributes.ts';

/** Entries in one batch. Source: SNS API reference, PublishBatch. */
const MAX_ENTRIES = 10;

export function publishOperations({ platform, topics, publisher }: Parts) {
  return {
    async Publish(input, call) {
      const { TopicArn: topicArn, TargetArn: targetArn, PhoneNumber: phone, Message: text } = input;
      if (phone !== undefined) {
        if (topicArn !== undefined || targetArn !== undefined) {
          throw invalidParameter('TopicArn or TargetArn or PhoneNumber Reason: only one of them is allowed');
        }
        return sendText(phone, text);
      }
      const arn = topicArn ?? targetArn;
      if (arn === undefined) throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
      if (targetArn !== undefined && /^arn:[^:]+:sns:[^:]*:\d{12}:endpoint\//.test(targetArn)) {
        return sendToEndpoint(targetArn, text);
      }
      const topic = await topics.open(arn, call, 'Publish');
      const draft = draftMessage(topic, input);
      checkSize(topic, draft);
      const [receipt = {}] = await publisher.publish(topic, [draft], call);
      return receipt;
    },

    /** One faulty entry of a FIFO topic, and a faulty attribute of any, fails the whole batch. Recorded on AWS. */
    async PublishBatch({ TopicArn: arn, PublishBatchRequestEntries: entries }, call) {
      const topic = await topics.open(arn, call, 'Publish');
      checkBatch(entries);
      const drafts: { Id: string; draft: ReturnType<typeof draftMessage> }[] = [];
      const Failed: { Id: string; Code: string; Message: string; SenderFault: boolean }[] = [];
      for (const entry of entries) {
        try {
          drafts.push({ Id: entry.Id, draft: draftMessage(topic, entry) });
        } catch (error) {
          if (!(error instanceof ServiceError) || isFifo(topic) || error.code !== 'InvalidParameter') throw error;
          Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
        }
      }
      const size = drafts.reduce((sum, { draft }) => sum + draft.sizeBytes, 0);
      if (size > maxMessageBytes(topic)) {
        throw new ServiceError(
          'BatchRequestTooLong',
          'The length of all the messages put together is more than the limit.',
        );
      }
      const receipts = await publisher.publish(
        topic,
        drafts.map(({ draft }) => draft),
        call,
      );
      return { Successful: receipts.map((receipt, at) => ({ Id: drafts[at]?.Id, ...receipt })), Failed };
    },
  } satisfies OperationsOf<'sns'>;

  function sendText(phone: string, input: string) {
    if (!/^\+?[0-9][0-9 ().-]{3,20}$/.test(phone))
      throw invalidParameter(`PhoneNumber Reason: ${phone} is not valid to publish to`);
    platform.standIns.receive({ via: 'destination', of: { name: phone, type: 'sms' }, input });
    return { MessageId: platform.ids.uuid() };
  }

  function sendToEndpoint(arn: string, input: string) {
    platform.standIns.receive({ via: 'destination', arn, input });
    return { MessageId: platform.ids.uuid() };
  }
}

/** Source: recorded on AWS (LocalStack, tests/aws/services/sns, test_publish_batch_exceptions). */
function checkBatch(entries: readonly PublishBatchRequestEntry[]): void {
  const refuse = (code: string, sentence: string) => new ServiceError(code, sentence);
  if (entries.length === 0) throw refuse('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > MAX_ENTRIES) {
    throw refuse('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  }
  const ids = entries.map(({ Id }) => Id);
  for (const id of ids) {
    if (id.length > 80) {
      throw refuse('InvalidBatchEntryId', `The Id of a batch entry in the batch request is too long: ${id}`);
    }
    if (!/^[\w-]+$/.test(id)) {
      throw refuse(
        'InvalidBatchEntryId',
        `The Id of a batch entry in the batch request contains an impermissible character: ${id}`,
      );
    }
  }
  if (new Set(ids).size < ids.length) {
    throw refuse('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
}
