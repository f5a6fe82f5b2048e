// A stream as source of a pipe: what the reader of streams takes, goes through the pipe; what is given up, to its
// dead-letter queue or topic. Source: EventBridge Pipes user guide, "Error handling and troubleshooting"; the form of a
// dead letter: messages as others received them from AWS (it names no function, and tells no count of attempts).
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { batchInfo } from '../../streams/batch-info.ts';
import type { Discarded, StartingPosition, StreamFeed, StreamRecord, Taken } from '../../streams/feed.ts';
import type { Callers } from './passage/api-destination.ts';
import { passBatch, tellPassed } from './passage/batch.ts';
import { filtersOf, type Pipe, pipeArn, sourceOf } from './pipe.ts';
import { checkRole, originOf } from './role.ts';
import { streamBatchSize } from './settings.ts';

/** By which the reader of streams knows a pipe; one that is made anew under its name is another. */
export function feedId({ account, region, name, createdAt }: Pipe): string {
  return `pipes/${account}/${region}/${name}/${createdAt}`;
}

export function startOf({ settings }: Pipe): StartingPosition {
  const { StartingPosition: type, StartingPositionTimestamp: at = 0 } = sourceOf(settings).stream ?? {};
  if (type === 'AT_TIMESTAMP') return { type, at };
  return { type: type ?? 'TRIM_HORIZON' };
}

export function streamFeed(parts: Callers, pipe: Pipe): StreamFeed {
  const { settings } = pipe;
  const { stream } = sourceOf(settings);

  async function take(_: string, records: readonly StreamRecord[]): Promise<Taken> {
    const given = records.map(({ eventId: id, text }) => ({ id, text }));
    const passed = await passBatch(parts, pipe, given);
    const { returned, failure } = passed;
    if (returned.length === 0) {
      tellPassed(parts, pipe, { records: given, passed });
      return { outcome: 'done' };
    }
    const firstFailed = given.findIndex((record) => returned.includes(record));
    return {
      outcome: 'failed',
      failure: failure ?? { code: 'InternalException', message: 'The target did not take them.' },
      ...((returned.length < given.length || failure?.code === 'BatchItemFailures') && { firstFailed }),
    };
  }

  return {
    id: feedId(pipe),
    about: `pipe ${pipe.name}`,
    consumerArn: pipeArn(pipe),
    streamArn: settings.Source,
    form: 'pipe',
    batchSize: streamBatchSize(settings),
    windowSeconds: stream?.MaximumBatchingWindowInSeconds ?? 0,
    filters: filtersOf(settings),
    halves: stream?.OnPartialBatchItemFailure === 'AUTOMATIC_BISECT' ? 'when a part of it fails' : 'never',
    maximumRetries: stream?.MaximumRetryAttempts ?? -1,
    maximumAge: stream?.MaximumRecordAgeInSeconds ?? -1,
    origin: async () => originOf(pipe),
    take,
    discard: (discarded) => sendDiscarded(parts, pipe, discarded),
  };
}

async function sendDiscarded({ platform }: Callers, pipe: Pipe, discarded: Discarded): Promise<string | undefined> {
  const arn = sourceOf(pipe.settings).stream?.DeadLetterConfig?.Arn;
  if (arn === undefined) return undefined;
  const { clock, dispatch, address } = platform;
  const text = JSON.stringify({
    context: { partnerResourceArn: pipeArn(pipe), condition: discarded.condition },
    version: '1.0',
    timestamp: new Date(clock.now()).toISOString(),
    ...batchInfo(pipe.settings.Source, discarded),
  });
  const { service = '', account = '', region = '', resource = '' } = parseArn(arn) ?? {};
  const origin = { ...originOf(pipe), region };
  if (service === 'sns') {
    await checkRole(platform, pipe, { action: 'sns:Publish', resource: arn });
    await dispatch.call('sns', 'Publish', { TopicArn: arn, Message: text }, origin);
    return arn;
  }
  await checkRole(platform, pipe, { action: 'sqs:SendMessage', resource: arn });
  const QueueUrl = `${address.http}/${account}/${resource}`;
  await dispatch.call('sqs', 'SendMessage', { QueueUrl, MessageBody: text }, origin);
  return arn;
}
