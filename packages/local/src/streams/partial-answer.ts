// What a consumer says of a batch of records: `{"batchItemFailures":[{"itemIdentifier":"…"}]}`. Sources: Lambda
// developer guide, "Configuring partial batch response with DynamoDB and Lambda"; recorded on AWS: LocalStack,
// tests/aws/services/lambda_/event_source_mapping, report batch item failures.
import type { StreamRecord } from './feed.ts';

/** `all`: every record was taken. `none`: the answer is not the agreed one. A number: the first that was not. */
export type TakenPart = 'all' | 'none' | number;

export function readPartialAnswer(
  records: readonly StreamRecord[],
  answer: unknown,
  idOf: (record: StreamRecord) => string,
): TakenPart {
  // Nothing at all, an empty text and an empty list among it, is success.
  if (answer === null || answer === '' || typeof answer !== 'object') return 'all';
  const failures: unknown = Reflect.get(answer, 'batchItemFailures') ?? [];
  if (!Array.isArray(failures)) return 'none';
  const places = failures.map((failure: unknown) => {
    const id: unknown = Object(failure)['itemIdentifier'];
    return typeof id === 'string' && id !== '' ? records.findIndex((record) => idOf(record) === id) : -1;
  });
  if (places.length === 0) return 'all';
  return places.includes(-1) ? 'none' : Math.min(...places);
}
