// Express executions: run by the node that has them, from the beginning to the end, in its memory. Nobody else has a
// part in one: it has no tokens, no activities, waits for no other execution, and cannot be stopped or described. One
// that was begun asynchronously is a job of the cluster: when its node dies, another one begins it anew (AWS: at least
// once).
import { setMaxListeners } from 'node:events';
import { advance } from '@earwitness/protocol/internal/states-language/interpreter/advance';
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { Ask, Happening, TaskAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import { taking } from '../../../backbone/taking.ts';
import { isUnavailable } from '../../../backbone/unavailable.ts';
import { type Lease, type Work, workOf } from '../../../backbone/work.ts';
import type { Timer } from '../../../clock/clock.ts';
import type { Platform } from '../../../platform.ts';
import { machineOf } from '../definition.ts';
import type { ExecutionRow } from '../execution.ts';
import { ownFault } from '../tasks/task.ts';
import { factsOf } from './facts.ts';
import type { ExecutionLogs } from './log-writer.ts';
import { happeningOf, type TaskCalls } from './task-calls.ts';
import { worldOf } from './world.ts';

const EXPRESS = workOf<ExecutionRow>('stepfunctions/express', { idOf: ({ id }) => id });
/** Ours: asynchronous ones that a node runs at once. Those beyond begin late, also by the cloud's clock. */
const AT_ONCE = 10_000;
/** An execution lasts five minutes. Source: Step Functions developer guide, "Service quotas". */
const LEASE_MS = 10 * 60_000;

interface Around {
  readonly logs: ExecutionLogs;
  readonly calls: TaskCalls;
  /** One is over that a map run, or a task with `.sync`, waits for. */
  readonly childEnded: (row: ExecutionRow) => Promise<void>;
}

export class ExpressExecutions {
  readonly #platform: Platform;
  readonly #around: Around;
  readonly #work: Work<ExecutionRow>;
  readonly #stop: () => void;
  /** Ends what runs. */
  #era = createEra();

  constructor(platform: Platform, around: Around) {
    this.#platform = platform;
    this.#around = around;
    this.#work = platform.backbone.work(EXPRESS);
    const options = { concurrency: AT_ONCE, leaseMs: LEASE_MS };
    const take = taking<ExecutionRow>(
      (lease) => this.#take(lease),
      ({ execution }, error) => void platform.journal.fault(`execution ${execution.about.executionArn}`, error),
    );
    this.#stop = this.#work.consume(take, options);
  }

  /** Begins one in a moment. */
  start(row: ExecutionRow): Promise<void> {
    return this.#work.put([row]);
  }

  /** Ends all that run. */
  abort(): void {
    this.#era.abort();
    this.#era = createEra();
  }

  close(): void {
    this.#stop();
    this.abort();
  }

  /** Runs one to its end; it is stopped when `signal` or `abort` says so. */
  async run(row: ExecutionRow, signal?: AbortSignal): Promise<Execution> {
    const ends = signal ? AbortSignal.any([signal, this.#era.signal]) : this.#era.signal;
    const { logs } = this.#around;
    const { clock, journal } = this.#platform;
    const machine = machineOf(row);
    let { execution } = row;
    const inbox = new Inbox(this.#platform, ends);
    try {
      for (let happening: Happening = { kind: 'started' }; ; happening = await inbox.next()) {
        // What waits for a time must not keep the clock from coming to it.
        const release = clock.hold();
        try {
          const step = await advance(machine, execution, happening, worldOf(this.#platform));
          for (const fact of factsOf({ machine, execution }, step, row.traceHeader)) journal.record(fact);
          ({ execution } = step);
          const now = { ...row, execution };
          if (row.machine.logging.level !== 'OFF') await logs.write(now, step.events);
          if (execution.status !== 'RUNNING') return execution;
          for (const ask of step.asks) this.#do(now, ask, inbox);
        } finally {
          release();
        }
      }
    } finally {
      inbox.close();
    }
  }

  #do(row: ExecutionRow, ask: Ask, inbox: Inbox): void {
    if (ask.kind === 'wake') inbox.wakeAt(ask.at, { kind: 'woken', wake: ask.wake });
    else if (ask.kind === 'task') void this.#perform(row, ask, inbox);
    // What a task began (a function that runs) cannot be called back.
  }

  async #perform(row: ExecutionRow, ask: TaskAsk, inbox: Inbox): Promise<void> {
    inbox.put({ kind: 'task started', task: ask.task });
    const release = this.#platform.clock.hold();
    try {
      inbox.put(happeningOf(ask, await this.#around.calls.call(row, ask)));
    } finally {
      release();
    }
  }

  /** A fault of ours ends it, too: somebody may wait for it. */
  async #runOrFail(row: ExecutionRow): Promise<Execution> {
    const { journal, clock } = this.#platform;
    const { execution } = row;
    try {
      return await this.run(row);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      const failure = ownFault(journal.fault(`execution ${execution.about.executionArn}`, error));
      return { ...execution, status: 'FAILED', failure, stoppedAt: clock.now() };
    }
  }

  async #take({ job, ack }: Lease<ExecutionRow>): Promise<void> {
    const execution = await this.#runOrFail(job);
    if (job.mapRunArn !== undefined || job.isAwaited) await this.#around.childEnded({ ...job, execution });
    await ack();
  }
}

/** Each execution listens to it. */
function createEra(): AbortController {
  const era = new AbortController();
  setMaxListeners(0, era.signal);
  return era;
}

/** What is to be told to an execution, in order. */
class Inbox {
  readonly #clock: Platform['clock'];
  readonly #signal: AbortSignal;
  readonly #happenings: Happening[] = [];
  readonly #timers = new Set<Timer>();
  #wanted: (() => void) | undefined;
  #isStopped = false;

  constructor({ clock }: Pick<Platform, 'clock'>, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    signal.addEventListener('abort', this.#stop);
    if (signal.aborted) this.#stop();
  }

  put(happening: Happening): void {
    this.#happenings.push(happening);
    this.#wanted?.();
  }

  wakeAt(at: number, happening: Happening): void {
    const timer = this.#clock.setTimer(at, () => {
      this.#timers.delete(timer);
      this.put(happening);
    });
    this.#timers.add(timer);
  }

  async next(): Promise<Happening> {
    for (;;) {
      const next = this.#happenings.shift();
      if (next) return next;
      await new Promise<void>((resolve) => {
        this.#wanted = resolve;
      });
      this.#wanted = undefined;
    }
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#stop);
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  readonly #stop = (): void => {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.put({ kind: 'stopped', error: undefined, cause: undefined });
  };
}
