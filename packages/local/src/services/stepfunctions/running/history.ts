// The history of executions: a log for each. What a node that died had written already is there twice; events have
// numbers.
import type { HistoryEvent } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import { logOf } from '../../../backbone/log.ts';
import type { Row, Table } from '../../../backbone/table.ts';
import type { Platform } from '../../../platform.ts';
import { type ExecutionRow, executionKey } from '../execution.ts';

/** Source: Step Functions developer guide, "Service quotas": an execution's history has 25,000 events. */
const MAX_EVENTS = 25_000;
/**
 * Ours: executions that are over and still there; AWS keeps them for 90 days. One of ten states takes some 10,000 bytes
 * with its history.
 */
const MAX_ENDED = 20_000;
/** Ours: after how many ends the oldest are looked for. */
const SWEEP_EVERY = 1000;
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
  readonly #table: Table<ExecutionRow>;
  readonly #maxEnded: number;
  readonly #sweepEvery: number;
  #ended = 0;

  constructor(
    { backbone }: Pick<Platform, 'backbone'>,
    table: Table<ExecutionRow>,
    { maxEnded = MAX_ENDED, sweepEvery = SWEEP_EVERY } = {},
  ) {
    this.#backbone = backbone;
    this.#table = table;
    this.#maxEnded = maxEnded;
    this.#sweepEvery = sweepEvery;
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

  /** An execution is over: makes room for it now and then. Its ARN means nothing any more, once it is forgotten. */
  async makeRoom(): Promise<void> {
    this.#ended++;
    if (this.#ended % this.#sweepEvery !== 0) return;
    const ended = this.#table.list().filter(({ value }) => value.execution.status !== 'RUNNING');
    const stoppedAt = ({ value: { execution } }: Row<ExecutionRow>) => execution.stoppedAt ?? 0;
    const oldest = ended.toSorted((a, b) => stoppedAt(a) - stoppedAt(b));
    for (const { value } of oldest.slice(0, Math.max(ended.length - this.#maxEnded, 0))) await this.forget(value);
  }

  async forget(row: ExecutionRow): Promise<void> {
    await this.#table.delete(executionKey(row.execution.about));
    await this.#backbone.removeLog(HISTORIES, row.id);
  }
}
