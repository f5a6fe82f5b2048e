// A mapping of a stream as the reader of streams has it: the function gets the batch, and says what it did not take.
import { parsePayload } from '@earwitness/protocol/internal/aws/payload';
import type { Platform } from '../../../platform.ts';
import type { StreamFeed, StreamRecord, Taken } from '../../../streams/feed.ts';
import { readPartialAnswer } from '../../../streams/partial-answer.ts';
import { actForFunction } from '../execution-role.ts';
import type { Found, FunctionTable } from '../function.ts';
import { formatFunctionArn } from '../function-name.ts';
import type { Invocations } from '../invocation.ts';
import { sendDiscarded } from './failure-destination.ts';
import { meetFault } from './fault.ts';
import type { Mapping } from './mapping.ts';

export interface FeedParts {
  readonly platform: Platform;
  readonly functions: FunctionTable;
  readonly invocations: Invocations;
}

export function streamFeed({ platform, functions, invocations }: FeedParts, mapping: Mapping): StreamFeed {
  const { uuid, sourceArn: streamArn = '', stream = {}, functionName, qualifier } = mapping;
  const find = (): Found => functions.find(functionName, mapping, qualifier);

  async function take(shardId: string, records: readonly StreamRecord[]): Promise<Taken> {
    await meetFault(platform, mapping);
    const requestId = platform.ids.uuid();
    const event = `{"Records":[${records.map(({ text }) => text).join(',')}]}`;
    const read = { sourceArn: streamArn, shardId, count: records.length };
    const { failed, payload } = await invocations.run(find(), { event, requestId, records: read });
    const answer = parsePayload(payload);
    if (failed) {
      return { outcome: 'failed', failure: failureIn(answer), requestId, functionError: 'Unhandled' };
    }
    if (!mapping.reportsFailures) return { outcome: 'done' };
    const part = readPartialAnswer(records, answer, ({ sequenceNumber }) => sequenceNumber);
    if (part === 'all') return { outcome: 'done' };
    const message =
      part === 'none'
        ? 'The answer names records that are not in the batch.'
        : 'The function named them in its answer.';
    const failure = { code: 'BatchItemFailures', message };
    return { outcome: 'failed', failure, requestId, ...(part !== 'none' && { firstFailed: part }) };
  }

  return {
    id: uuid,
    about: `event source mapping ${streamArn}`,
    consumerArn: formatFunctionArn({ ...mapping, name: functionName, ...(qualifier !== undefined && { qualifier }) }),
    streamArn,
    form: 'function',
    batchSize: mapping.batchSize,
    windowSeconds: mapping.windowSeconds,
    filters: mapping.filters,
    halves: stream.BisectBatchOnFunctionError === true ? 'when it fails' : 'never',
    maximumRetries: stream.MaximumRetryAttempts ?? -1,
    maximumAge: stream.MaximumRecordAgeInSeconds ?? -1,
    origin: () => actForFunction(platform, find()),
    take,
    discard: (discarded, origin) => sendDiscarded(platform, { mapping, found: find(), origin }, discarded),
  };
}

function failureIn(answer: unknown): { readonly code: string; readonly message: string } {
  const { errorType = 'Error', errorMessage = '' } = Object(answer) as {
    readonly errorType?: unknown;
    readonly errorMessage?: unknown;
  };
  return { code: String(errorType), message: String(errorMessage) };
}
