// Standard executions. A happening is a job of the cluster, and stands in the backbone until the execution's row has
// what became of it; what the execution asked for stands in the row until it is done.
//
//   Work: happening ─→ read the row ─→ advance ─→ write it, with its outbox ─→ pass the outbox on ─→ empty it ─→ ack
//                          ↑    another node wrote meanwhile │                       │
//                          └─────────────────────────────────┘                       ├─→ history, log, default bus
//                                                                                    ├─→ Work: tasks, wake-ups
//                                                                                    └─→ parents that wait for its end
//
// A node may die between any two of these: the job comes again when its lease ends, and whoever has it then passes the
// outbox on first. So everything may be done twice, and changes nothing then: jobs have ids, events have numbers, what
// happens to a task that is over is no news. Long because it is one way, told in one place.
import { advance } from '@earwitness/protocol/internal/states-language/interpreter/advance';
import type { Ask, Happening, TaskAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import { parseResource } from '@earwitness/protocol/internal/states-language/resource';
import { RevisionConflict, type Row, type Table } from '../../../backbone/table.ts';
import { taking } from '../../../backbone/taking.ts';
import { Turns } from '../../../backbone/turns.ts';
import { MAX_TRIES } from '../../../backbone/update.ts';
import { type Lease, type Work, workOf } from '../../../backbone/work.ts';
import type { Platform } from '../../../platform.ts';
import { machineOf } from '../definition.ts';
import { EMPTY_OUTBOX, type ExecutionRow, executionKey } from '../execution.ts';
import { failed, ownFault } from '../tasks/task.ts';
import type { ActivityTasks } from './activities.ts';
import { factsOf } from './facts.ts';
import type { Histories } from './history.ts';
import type { ExecutionLogs } from './log-writer.ts';
import type { NestedExecutions, Telling } from './nested.ts';
import { emitStatuses } from './status-event.ts';
import { type Called, happeningOf, type TaskCalls } from './task-calls.ts';
import { isOpen, type Tokens } from './tokens.ts';
import { worldOf } from './world.ts';

/** Something happened to an execution; `finish`: pass on what may have been left behind. */
interface HappeningJob {
  readonly key: string;
  /** Of the execution's row. */
  readonly id: string;
  readonly happening: Happening | { readonly kind: 'finish'; readonly turn: number };
}

/** Something that an execution asked for. */
interface AskJob {
  readonly key: string;
  readonly id: string;
  readonly ask: Exclude<Ask, { kind: 'wake' }>;
}

const HAPPENINGS = workOf<HappeningJob>('stepfunctions/happenings', {
  idOf: ({ id, happening }) => `${id} ${happening.kind} ${subjectOf(happening)}`,
});
const ASKS = workOf<AskJob>('stepfunctions/asks', { idOf: ({ id, ask }) => `${id} ${ask.kind} ${ask.task}` });

/** Ours: what a node has in hand at once. A task may wait minutes for an answer, and keeps no other from its turn. */
const HAPPENINGS_AT_ONCE = 100;
const ASKS_AT_ONCE = 10_000;
/** Ours: for how long a node may be busy with a happening. */
const HAPPENING_LEASE_MS = 60_000;
/** Ours: for how long it may be busy with a task: longer than any function runs. */
const ASK_LEASE_MS = 16 * 60_000;

/** Ours: how long another node may take to pass on what it wrote, in milliseconds of real time. */
const PATIENCE_MS = 250;

/** What stands beside a Standard execution. */
export interface Surroundings {
  readonly histories: Histories;
  readonly logs: ExecutionLogs;
  readonly calls: TaskCalls;
  readonly tokens: Tokens;
  readonly activities: ActivityTasks;
  readonly nested: NestedExecutions;
  /** Distributed Maps. */
  readonly mapRuns: MapRunPort;
}

export interface MapRunPort {
  start(row: ExecutionRow, ask: Extract<Ask, { kind: 'map run' }>): Promise<void>;
  cancel(row: ExecutionRow, task: string): Promise<void>;
  /** An execution of a map run is over. */
  childEnded(row: ExecutionRow): Promise<void>;
}

export class StandardExecutions {
  readonly #platform: Platform;
  readonly #table: Table<ExecutionRow>;
  readonly #around: Surroundings;
  readonly #happenings: Work<HappeningJob>;
  readonly #asks: Work<AskJob>;
  readonly #turns = new Turns();
  /** Tasks that this node has in hand. */
  readonly #performing = new Map<string, Promise<void>>();
  readonly #stops: (() => void)[] = [];

  constructor(platform: Platform, table: Table<ExecutionRow>, around: Surroundings) {
    this.#platform = platform;
    this.#table = table;
    this.#around = around;
    const { backbone } = platform;
    this.#happenings = backbone.work(HAPPENINGS);
    this.#asks = backbone.work(ASKS);
    this.#stops.push(
      this.#happenings.consume(
        taking<HappeningJob>(
          (lease) => this.#takeHappening(lease),
          (job, error) => this.#endHappening(job, error),
        ),
        { concurrency: HAPPENINGS_AT_ONCE, leaseMs: HAPPENING_LEASE_MS },
      ),
      this.#asks.consume(
        taking<AskJob>(
          (lease) => this.#takeAsk(lease),
          (job, error) => this.#endAsk(job, error),
        ),
        { concurrency: ASKS_AT_ONCE, leaseMs: ASK_LEASE_MS },
      ),
    );
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  /** Tells executions of something in a moment. */
  async tell(tellings: readonly Telling[]): Promise<void> {
    if (tellings.length > 0) await this.#happenings.put(tellings);
  }

  /**
   * Tells an execution of something now; resolves when its row has it. False: it changed nothing. When this node dies
   * meanwhile, another one passes on what is left.
   */
  async happen(telling: Telling): Promise<boolean> {
    const { key, id, happening } = telling;
    // One such job for all that happens within a minute.
    const turn = Math.ceil(this.#platform.clock.now() / HAPPENING_LEASE_MS) + 1;
    const notBefore = turn * HAPPENING_LEASE_MS;
    await this.#happenings.put([{ key, id, happening: { kind: 'finish', turn } }], { notBefore });
    return this.#turns.take(key, () => this.#apply({ key, id, happening }));
  }

  async #takeHappening({ job, ack }: Lease<HappeningJob>): Promise<void> {
    const release = this.#platform.clock.hold();
    try {
      await this.#turns.take(job.key, () => this.#apply(job));
      await ack();
    } finally {
      release();
    }
  }

  async #endHappening(job: HappeningJob, error: unknown): Promise<void> {
    const message = this.#platform.journal.fault(`execution ${job.key}`, error);
    const happening: Happening = { kind: 'stopped', ...ownFault(message) };
    await this.#turns.take(job.key, () => this.#apply({ ...job, happening })).catch(() => {});
  }

  async #takeAsk({ job, ack }: Lease<AskJob>): Promise<void> {
    const release = this.#platform.clock.hold();
    try {
      await this.#do(job);
      await ack();
    } finally {
      release();
    }
  }

  async #endAsk({ key, id, ask }: AskJob, error: unknown): Promise<void> {
    const message = this.#platform.journal.fault(`execution ${key}`, error);
    if (ask.kind === 'cancel') return;
    // Nobody else would end what waits for it.
    await this.tell([{ key, id, happening: { kind: 'task failed', task: ask.task, ...ownFault(message) } }]);
  }

  async #apply({ key, id, happening }: HappeningJob): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      const row = this.#table.get(key);
      if (!row || row.value.id !== id) return false;
      const { execution, outbox, traceHeader } = row.value;
      if (outbox !== EMPTY_OUTBOX && outbox.events.length + outbox.asks.length > 0) {
        if (!(await this.#isChanged(row))) await this.#passOn(row);
        continue;
      }
      if (happening.kind === 'finish') return false;
      if (happening.kind === 'started' && execution.lastEventId > 0) return false;
      const machine = machineOf(row.value);
      const step = await advance(machine, execution, happening, worldOf(this.#platform));
      if (step.execution === execution && step.events.length + step.asks.length === 0) return false;
      const { events, asks } = step;
      const changed = { ...row.value, execution: step.execution, outbox: { events, asks } };
      try {
        const written = await this.#table.put(key, changed, { ifRevision: row.revision });
        for (const fact of factsOf({ machine, execution }, step, traceHeader)) this.#platform.journal.record(fact);
        await this.#passOn(written);
        return true;
      } catch (error) {
        if (!(error instanceof RevisionConflict) || tries === MAX_TRIES) throw error;
      }
    }
  }

  /**
   * Whether a row with something in its outbox becomes another one in a moment: the node that wrote it passes it on,
   * unless it died.
   */
  #isChanged({ key, revision }: Row<ExecutionRow>): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isChanged: boolean) => {
        leave();
        patience.cancel();
        resolve(isChanged);
      };
      const leave = this.#table.watch((_, row) => end(row?.revision !== revision), { prefix: key });
      const patience = this.#platform.clock.setWireTimer(PATIENCE_MS, () => end(false));
      if (this.#table.get(key)?.revision !== revision) end(true);
    });
  }

  /** Does what an outbox says, and empties it. */
  async #passOn({ key, value: row, revision }: Row<ExecutionRow>): Promise<void> {
    const { events, asks } = row.outbox;
    const { histories, logs, nested, tokens, mapRuns } = this.#around;
    const { id } = row;
    await histories.append(row, events);
    for (const ask of asks) {
      if (ask.kind === 'task') await tokens.add(row, ask);
      if (ask.kind === 'wake') {
        await this.#happenings.put([{ key, id, happening: { kind: 'woken', wake: ask.wake } }], { notBefore: ask.at });
      } else await this.#asks.put([{ key, id, ask }]);
    }
    await logs.write(row, events);
    await emitStatuses(this.#platform, row, events);
    if (row.execution.status !== 'RUNNING') {
      await this.tell(await nested.ended(row));
      if (row.mapRunArn !== undefined) await mapRuns.childEnded(row);
      await histories.makeRoom();
    }
    try {
      await this.#table.put(key, { ...row, outbox: EMPTY_OUTBOX }, { ifRevision: revision });
    } catch (error) {
      // Another node did the same.
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }

  async #do({ key, id, ask }: AskJob): Promise<void> {
    const row = this.#table.get(key)?.value;
    if (row?.id !== id) return;
    if (ask.kind !== 'cancel' && !isOpen(row.execution, ask.task)) {
      // Another node had it, and may have died with what came of it not passed on.
      await this.#turns.take(key, () => this.#apply({ key, id, happening: { kind: 'finish', turn: 0 } }));
      return;
    }
    switch (ask.kind) {
      case 'cancel':
        await this.#around.nested.cancel(row, ask.task);
        return this.#around.mapRuns.cancel(row, ask.task);
      case 'map run':
        return this.#around.mapRuns.start(row, ask);
      case 'task':
        return this.#performOnce(row, ask);
    }
  }

  /** A test may move the clock beyond the lease of what still runs here: that is not called twice. */
  async #performOnce(row: ExecutionRow, ask: TaskAsk): Promise<void> {
    const name = `${row.id} ${ask.task}`;
    const performing = this.#performing.get(name) ?? this.#perform(row, ask);
    this.#performing.set(name, performing);
    try {
      await performing;
    } finally {
      this.#performing.delete(name);
    }
  }

  async #perform(row: ExecutionRow, ask: TaskAsk): Promise<void> {
    const { calls, nested } = this.#around;
    const { id } = row;
    const key = executionKey(row.execution.about);
    const tellNow = (happening: Happening) => this.#turns.take(key, () => this.#apply({ key, id, happening }));
    if (parseResource(ask.resource)?.kind === 'activity') {
      const called = await this.#handOut(row, ask);
      if (called) await this.tell([{ key, id, happening: happeningOf(ask, called) }]);
      return;
    }
    await tellNow({ kind: 'task started', task: ask.task });
    const happening = happeningOf(ask, await calls.call(row, ask));
    // A job of its own, whose lease is short: who has it may die, too.
    if (happening.kind !== 'task submitted') return this.tell([{ key, id, happening }]);
    await tellNow(happening);
    await this.tell(await nested.watch(row, ask, happening));
  }

  /** Lets a task of an activity wait for a worker, unless its result is known. */
  async #handOut(row: ExecutionRow, ask: TaskAsk): Promise<Called | undefined> {
    const { activities, calls } = this.#around;
    const mock = await calls.mocked(row, ask);
    if (!mock && !activities.exists(ask.resource)) {
      const gone = failed('States.Runtime', `The activity ${ask.resource} does not exist.`);
      return { ...gone, isMocked: false };
    }
    if (!mock) {
      await activities.add(row, ask);
      return undefined;
    }
    const called = { ...mock, isMocked: true };
    calls.record(row, ask, { called, durationMs: 0 });
    return called;
  }
}

function subjectOf(happening: HappeningJob['happening']): string {
  if ('task' in happening) return happening.task;
  if ('wake' in happening) return happening.wake;
  return 'turn' in happening ? String(happening.turn) : '';
}
