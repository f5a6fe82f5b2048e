// Which pipes run: each node reads for every pipe whose state is RUNNING, as its row says, whoever wrote it. A message
// is one node's while it is hidden, so that nodes share the work; whose a batch of a stream is, its checkpoint says.
import type { Message } from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Platform } from '../../platform.ts';
import { QueuePoller } from '../../polling/queue-poller.ts';
import { createRecord, fitsFilters } from '../../polling/record.ts';
import { StreamReader } from '../../streams/stream-reader.ts';
import { type Callers, createApiDestinationCaller } from './passage/api-destination.ts';
import { passBatch, tellPassed } from './passage/batch.ts';
import { filtersOf, type Pipe, pipeArn, pipeKey, sourceOf } from './pipe.ts';
import type { Pipes } from './pipes.ts';
import { originOf } from './role.ts';
import { placeAt, standsInFor } from './settings.ts';
import { feedId, startOf, streamFeed } from './stream-feed.ts';

export interface Running {
  /** Says where a pipe begins to read that never did. @throws ServiceError what keeps its role from it */
  begin(pipe: Pipe): Promise<void>;
  /** Forgets where a pipe was that is no more. */
  forget(pipe: Pipe): Promise<void>;
  purge(): Promise<void>;
  reset(): void;
  close(): void;
}

interface RunningParts {
  readonly platform: Platform;
  readonly pipes: Pipes;
}

export function startRunning({ platform, pipes: { table } }: RunningParts): Running {
  const poller = new QueuePoller(platform);
  const streams = new StreamReader(platform);
  const parts: Callers = { platform, apiDestinations: createApiDestinationCaller(platform) };
  /** What is read for a pipe, by its key. */
  const feeds = new Map<string, string>();

  function follow(key: string, pipe: Pipe | undefined): void {
    poller.stop(key);
    streams.stop(feeds.get(key) ?? '');
    if (pipe?.state !== 'RUNNING' || standsInFor(pipe.settings) !== undefined) return;
    if (placeAt(pipe.settings.Source) !== 'queue') {
      feeds.set(key, feedId(pipe));
      streams.start(streamFeed(parts, pipe));
      return;
    }
    poller.start({
      id: key,
      about: `pipe ${pipe.name}`,
      queueArn: pipe.settings.Source,
      batchSize: sourceOf(pipe.settings).batchSize,
      origin: async () => originOf(pipe),
      take: (received) => passMessages(parts, pipe, received),
    });
  }

  const leave = table.watch((key, row) => follow(key, row?.value));
  for (const { value } of table.list()) follow(pipeKey(value), value);
  const stop = () => {
    poller.reset();
    streams.reset();
  };
  return {
    async begin(pipe) {
      const { Source } = pipe.settings;
      if (placeAt(Source) === 'queue' || standsInFor(pipe.settings) !== undefined) return;
      await streams.begin({ id: feedId(pipe), streamArn: Source }, startOf(pipe), originOf(pipe));
    },
    forget: (pipe) => streams.forget(feedId(pipe)),
    purge: () => streams.purge(),
    reset: stop,
    close() {
      leave();
      stop();
      parts.apiDestinations.close();
    },
  };
}

/** Returns the messages that are done with: those that no filter lets through, and those that the target has. */
async function passMessages(parts: Callers, pipe: Pipe, received: readonly Message[]): Promise<readonly Message[]> {
  const filters = filtersOf(pipe.settings);
  const messages = received.filter((message) => fitsFilters(filters, message));
  const dropped = received.filter((message) => !messages.includes(message)).map(({ MessageId = '' }) => MessageId);
  const { Source: sourceArn } = pipe.settings;
  if (dropped.length > 0) {
    const about = { pipeArn: pipeArn(pipe), sourceArn };
    parts.platform.journal.record({ kind: 'pipe.filtered', ...about, messageIds: dropped });
  }
  if (messages.length === 0) return received;
  const where = { queueArn: sourceArn, region: pipe.region };
  const records = messages.map((message) => {
    return { id: message.MessageId ?? '', text: JSON.stringify(createRecord(where, message)) };
  });
  const passed = await passBatch(parts, pipe, records);
  tellPassed(parts, pipe, { records, passed });
  const returned = passed.returned.map(({ id }) => id);
  return received.filter(({ MessageId = '' }) => !returned.includes(MessageId));
}
