// The history of executions: a log for each. What a node that died had written already is there twice; events have
// numbers.
import type { HistoryEvent } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import { logOf } from '../../../backbone/log.ts';
import type { Platform } from '../../../platform.ts';
import type { ExecutionRow } from '../execution.ts';

/** Source: Step Functions developer guide, "Service quotas": an execution's history has 25,000 events. */
const MAX_EVENTS = 25_000;
/** Ours: of events of 262,144 bytes each, the oldest of a very long history are forgotten. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Ours: what an event takes without its text. */
const EVENT_BYTES = 200;
const PAGE = 5000;

const HISTORIES = logOf<HistoryEvent>('stepfunctions/histories', {
  maxEntries: 2 * MAX_EVENTS,
  maxBytes: MAX_BYTES,
  sizeBytes: (event) => {
    const { input = '', ...entered } = event.stateEnteredEventDetails ?? { name: '' };
    return EVENT_BYTES + input.length + (event.stateExitedEventDetails?.output?.length ?? 0) + entered.name.length;
  },
  lasting: true,
});

export class Histories {
  readonly #backbone: Platform['backbone'];

  constructor({ backbone }: Pick<Platform, 'backbone'>) {
    this.#backbone = backbone;
  }

  async append({ id }: ExecutionRow, events: readonly HistoryEvent[]): Promise<void> {
    const log = this.#backbone.log(HISTORIES, id);
    for (const event of events) await log.append(event);
  }

  async read({ id, outbox }: ExecutionRow): Promise<readonly HistoryEvent[]> {
    const log = this.#backbone.log(HISTORIES, id);
    const events = new Map<number, HistoryEvent>();
    for (let from = 1; ; ) {
      const entries = await log.read(from, PAGE);
      for (const { value } of entries) events.set(value.id, value);
      const last = entries.at(-1);
      if (!last || entries.length < PAGE) break;
      from = last.sequence + 1;
    }
    for (const event of outbox.events) events.set(event.id, event);
    return [...events.values()].toSorted((a, b) => a.id - b.id);
  }

  forget({ id }: ExecutionRow): Promise<void> {
    return this.#backbone.removeLog(HISTORIES, id);
  }
}
