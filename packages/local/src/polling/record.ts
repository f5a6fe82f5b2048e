// A message as consumers of a queue see it that do not ask SQS themselves: functions and pipes. And the filters by
// which they choose among messages.
import type { Message } from '@earwitness/protocol/internal/aws/models/sqs.types';
import { createLinearMatcher, parsePattern } from '@earwitness/protocol/pattern';

/** Source: Lambda developer guide, "Using Lambda with Amazon SQS"; EventBridge Pipes, "Amazon SQS as a source". */
export function createRecord(
  { queueArn, region }: { readonly queueArn: string; readonly region: string },
  message: Message,
): object {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
    name,
    {
      ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
      ...(value.BinaryValue && { binaryValue: Buffer.from(value.BinaryValue).toString('base64') }),
      stringListValues: [],
      binaryListValues: [],
      dataType: value.DataType,
    },
  ]);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(attributes),
    ...(message.MD5OfMessageAttributes !== undefined && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

/**
 * Whether a message fits one of the patterns; without any, every one does. A filter sees the message with its body
 * parsed when that is JSON, and nothing of what the poller adds. Source: Lambda developer guide, "Event filtering with
 * Amazon SQS"; EventBridge Pipes, "Event filtering".
 */
export function fitsFilters(filters: readonly string[], message: Message): boolean {
  if (filters.length === 0) return true;
  const matcher = createLinearMatcher<number>();
  for (const [index, filter] of filters.entries()) matcher.add(index, parsePattern(filter));
  let body: unknown = message.Body;
  try {
    body = JSON.parse(message.Body ?? '');
  } catch {
    // Text stays text.
  }
  const { Attributes: attributes, MessageAttributes: messageAttributes } = message;
  return matcher.match({ body, attributes, messageAttributes, messageId: message.MessageId }).length > 0;
}

/**
 * The records that a consumer took care of, by its answer `{"batchItemFailures":[{"itemIdentifier":"…"}]}`. An answer
 * that is not the agreed one means: none. Source: Lambda developer guide, "Implementing partial batch responses".
 */
export function succeededOf<Taken>(
  records: readonly Taken[],
  answer: unknown,
  idOf: (record: Taken) => string | undefined,
): readonly Taken[] {
  const response = answer as { batchItemFailures?: unknown } | null;
  const failures = response?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return [];
  const failed = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  if (failed.some((id) => !records.some((record) => idOf(record) === id))) return [];
  return records.filter((record) => !failed.includes(idOf(record)));
}
