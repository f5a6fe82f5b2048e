// Which pipes run: each node polls for every pipe whose state is RUNNING, as its row says, whoever wrote it. A message
// is one node's while it is hidden, so that nodes share the work.
import { QueuePoller } from '../../polling/queue-poller.ts';
import { createApiDestinationCaller } from './api-destination.ts';
import { passBatch } from './batch.ts';
import type { Parts } from './parts.ts';
import { batchSizeOf, type Pipe, pipeKey } from './pipe.ts';
import { originOf } from './role.ts';
import { standsInFor } from './settings.ts';

export interface Running {
  reset(): void;
  close(): void;
}

export function startRunning({ platform, pipes: { table } }: Parts): Running {
  const poller = new QueuePoller(platform);
  const apiDestinations = createApiDestinationCaller(platform);

  function follow(key: string, pipe: Pipe | undefined): void {
    if (pipe?.state !== 'RUNNING' || standsInFor(pipe.settings) !== undefined) {
      poller.stop(key);
      return;
    }
    poller.start({
      id: key,
      about: `pipe ${pipe.name}`,
      queueArn: pipe.settings.Source,
      batchSize: batchSizeOf(pipe.settings),
      origin: async () => originOf(pipe),
      take: (received) => passBatch({ platform, apiDestinations }, pipe, received),
    });
  }

  const leave = table.watch((key, row) => follow(key, row?.value));
  for (const { value } of table.list()) follow(pipeKey(value), value);
  return {
    reset: () => poller.reset(),
    close() {
      leave();
      poller.reset();
      apiDestinations.close();
    },
  };
}
