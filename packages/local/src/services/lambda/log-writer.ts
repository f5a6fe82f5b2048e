// Writes what functions log to CloudWatch Logs, when this cloud has that service: best effort, behind the answer, in
// order. A long log goes in slices that other work comes between, each well within what PutLogEvents takes (10,000
// events, 1 MB in UTF-8).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { LogEvent } from '../../functions/log.ts';
import type { FunctionSettings } from '../../functions/settings.ts';
import type { Platform } from '../../platform.ts';

interface Place {
  readonly account: string;
  readonly region: string;
}

/** Ours: events in one call. */
const SLICE_MAX_EVENTS = 500;
/** Ours: characters in one call, of three bytes at most. */
const SLICE_MAX_CHARACTERS = 262_144;

export class LogWriter {
  #platform: Platform;
  #streams = new Map<string, Promise<void>>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  write({ logGroup, logStream }: FunctionSettings, events: readonly LogEvent[], { account, region }: Place): void {
    const { clock, dispatch, journal } = this.#platform;
    if (events.length === 0 || !dispatch.service('logs')) return;
    const names = { logGroupName: logGroup, logStreamName: logStream };
    const origin = { account, region, principal: { kind: 'service', service: 'lambda.amazonaws.com' } } as const;
    const key = `${account}/${region}/${logGroup}/${logStream}`;
    const create = async () => {
      await unlessThere(dispatch.call('logs', 'CreateLogGroup', { logGroupName: logGroup }, origin));
      await unlessThere(dispatch.call('logs', 'CreateLogStream', names, origin));
    };
    const release = clock.hold();
    const written = (this.#streams.get(key) ?? create())
      .then(async () => {
        let isFirst = true;
        for (const logEvents of sliceEvents(events)) {
          if (!isFirst) await new Promise((resolve) => setImmediate(resolve));
          isFirst = false;
          await dispatch.call('logs', 'PutLogEvents', { ...names, logEvents }, origin);
        }
      })
      .catch((error: unknown) => {
        // The group or the stream was deleted: the next invocation makes it anew.
        this.#streams.delete(key);
        const message = error instanceof Error ? error.message : String(error);
        journal.record({ kind: 'warning', about: `log group ${logGroup}`, message });
      })
      .finally(release);
    this.#streams.set(key, written);
  }

  /** Resolves when what was given to be written is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#streams.values());
  }

  reset(): void {
    this.#streams.clear();
  }
}

async function unlessThere(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof ServiceError && error.code === 'ResourceAlreadyExistsException')) throw error;
  });
}

function* sliceEvents(events: readonly LogEvent[]): Generator<LogEvent[]> {
  let slice: LogEvent[] = [];
  let characters = 0;
  for (const event of events) {
    characters += event.message.length;
    if (slice.length === SLICE_MAX_EVENTS || (slice.length > 0 && characters > SLICE_MAX_CHARACTERS)) {
      yield slice;
      slice = [];
      characters = event.message.length;
    }
    slice.push(event);
  }
  yield slice;
}
