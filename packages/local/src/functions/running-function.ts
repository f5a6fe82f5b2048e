// A function that runs: one version of its code and settings, and the workers that serve it. It grows a worker for each
// invocation that finds none idle, up to a bound, and then lets them wait in line. Changing code or settings makes a
// new running function; the old one finishes what it has and is gone.
import type { FactBody } from '@earwitness/protocol/internal/journal/fact';
import type { Clock } from '../clock/clock.ts';
import { isInspected } from '../inspector.ts';
import type { Journal } from '../journal/journal.ts';
import { InvocationLog } from './invocation-log.ts';
import type { LogEvent } from './log.ts';
import { OUTPUT_LIMITS } from './runtime/output.ts';
import type { FunctionSettings } from './settings.ts';
import type { IdleWorkers } from './worker/idle-workers.ts';
import type { MemoryWatch } from './worker/memory-watch.ts';
import type { FunctionError } from './worker/messages.ts';
import { describeForJournal, describeKind, describeOutcome, type Outcome } from './worker/outcome.ts';
import { FunctionWorker, type LogLine } from './worker/worker.ts';

type Batch = NonNullable<Extract<FactBody, { kind: 'function.invoked' }>['batch']>;

export interface InvocationRequest {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  readonly invokedFunctionArn: string;
  readonly traceId?: string;
  /** The messages that it is for, when a queue set it off. */
  readonly batch?: Batch;
  /** Parsed client context; the handler sees it as `context.clientContext`. */
  readonly clientContext?: unknown;
}

export interface InvocationResult {
  /** JSON text: what the handler returned, or the error in Lambda's shape. */
  readonly payload: string;
  readonly failed: boolean;
  /** Everything written to the log, Lambda's own lines included. */
  readonly log: readonly LogEvent[];
}

/** What the running functions of one cloud share. */
export interface FunctionPlatform {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly idle: IdleWorkers;
  readonly memory: MemoryWatch;
}

/** Ours: workers of one function at a time (8 MB and more each). The next invocation waits for one. */
const MAX_WORKERS = 16;
/**
 * Lambda's limit for loading a function. Source: docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
const INIT_TIMEOUT_MS = 10_000;
/** How an invocation ends that waited in line when everything was interrupted. */
const INTERRUPTED: Outcome = { kind: 'exited', code: 0 };

export class RunningFunction {
  readonly settings: FunctionSettings;
  #platform: FunctionPlatform;
  #idle: FunctionWorker[] = [];
  #all = new Set<FunctionWorker>();
  #waiting: (() => void)[] = [];
  #current = new Map<FunctionWorker, InvocationLog>();
  #retired = false;
  /** Grows with each interruption: what waited in line then does not run any more. */
  #era = 0;
  /** Threads that have not ended. */
  #threads = 0;
  /** The files that it runs from were given back. */
  #released: Promise<void> | undefined;

  constructor(settings: FunctionSettings, platform: FunctionPlatform) {
    this.settings = settings;
    this.#platform = platform;
    settings.bundle.folder?.hold();
  }

  /** Starts a worker ahead of the first invocation, unless another function's would have to go for it. */
  prepare(): void {
    if (this.#platform.idle.hasRoom) this.#rest(this.#start());
  }

  async invoke(request: InvocationRequest): Promise<InvocationResult> {
    const { clock, journal } = this.#platform;
    const { name } = this.settings;
    const trace = request.traceId === undefined ? {} : { traceId: request.traceId };
    journal.record({
      kind: 'function.invoked',
      functionName: name,
      invocationId: request.requestId,
      ...trace,
      ...(request.batch && { batch: request.batch }),
    });
    const release = clock.hold();
    const era = this.#era;
    const worker = await this.#take();
    const log = new InvocationLog(request.requestId, this.settings, clock);
    this.#current.set(worker, log);
    const started = clock.elapsed();
    const outcome = era === this.#era ? await this.#run(worker, request) : INTERRUPTED;
    const durationMs = clock.elapsed() - started;
    const { payload, error } = this.#answer(outcome, request.requestId);
    if (error && (outcome.kind === 'threw' || outcome.kind === 'died')) log.logError(error);
    else if (error) log.log(error.errorMessage);
    this.#tellDroppedLines(worker, log);
    log.end(durationMs, 'memoryBytes' in outcome ? outcome.memoryBytes : 0);
    this.#current.delete(worker);
    this.#giveBack(worker);
    journal.record({
      kind: 'function.finished',
      functionName: name,
      invocationId: request.requestId,
      durationMs,
      outcome: describeKind(outcome),
      ...(error && { error: describeForJournal(error) }),
      ...trace,
    });
    release();
    return { payload, failed: error !== undefined, log: log.events };
  }

  /** Takes no new invocation; ends each worker when it is done. */
  async retire(): Promise<void> {
    this.#retired = true;
    await Promise.all(this.#idle.splice(0).map((worker) => this.#end(worker)));
    await this.#release();
  }

  /** Ends every worker now; invocations under way answer that their runtime exited. */
  async terminate(): Promise<void> {
    this.#retired = true;
    await Promise.all([...this.#all].map((worker) => this.#end(worker)));
    await this.#release();
  }

  /** Ends the invocations under way, and those that wait in line: they answer that their runtime exited. */
  async interrupt(): Promise<void> {
    this.#era++;
    await Promise.all([...this.#current.keys()].map((worker) => this.#end(worker)));
  }

  // When nobody runs from its files any more and nobody will.
  async #release(): Promise<void> {
    if (!this.#retired || this.#threads > 0) return;
    this.#released ??= this.settings.bundle.folder?.release();
    await this.#released;
  }

  async #run(worker: FunctionWorker, request: InvocationRequest): Promise<Outcome> {
    const { timeoutMs, name, version, memoryMb, logGroup, logStream } = this.settings;
    const failedStart = await this.#within({ worker, limitMs: INIT_TIMEOUT_MS, request }, worker.ready);
    if (failedStart) return failedStart;
    const context = {
      functionName: name,
      functionVersion: version,
      invokedFunctionArn: request.invokedFunctionArn,
      memoryLimitInMB: String(memoryMb),
      logGroupName: logGroup,
      logStreamName: logStream,
      ...(request.clientContext !== undefined && { clientContext: request.clientContext }),
    };
    const { requestId, event, traceId } = request;
    const answer = worker.invoke({ requestId, event, traceId, timeoutMs, context });
    return await this.#within({ worker, limitMs: timeoutMs, request }, answer);
  }

  // Whatever comes first: the worker's answer, or the clock. A worker that is too late is ended.
  #within<T>(
    {
      worker,
      limitMs,
      request,
    }: { readonly worker: FunctionWorker; readonly limitMs: number; readonly request: InvocationRequest },
    answer: Promise<T>,
  ): Promise<T | Outcome> {
    const { clock } = this.#platform;
    return new Promise((resolve) => {
      const timer = clock.setTimer(clock.now() + limitMs, () => {
        if (isInspected()) return this.#tellOverdue(request, limitMs);
        resolve({ kind: 'timed out', limitMs });
        void this.#end(worker);
      });
      void answer.then((outcome) => {
        timer.cancel();
        resolve(outcome);
      });
    });
  }

  #tellOverdue({ requestId, traceId }: InvocationRequest, limitMs: number): void {
    const { name } = this.settings;
    const trace = traceId === undefined ? {} : { traceId };
    const { journal } = this.#platform;
    journal.record({ kind: 'function.overdue', functionName: name, invocationId: requestId, limitMs, ...trace });
  }

  #answer(outcome: Outcome, requestId: string): { payload: string; error?: FunctionError } {
    if (outcome.kind === 'returned') return { payload: outcome.payload };
    const error = describeOutcome(outcome, requestId);
    return { payload: JSON.stringify(error), error };
  }

  async #take(): Promise<FunctionWorker> {
    for (;;) {
      const worker = this.#idle.pop();
      if (worker) this.#platform.idle.remove(worker);
      if (worker?.alive) return worker;
      // A worker that failed before anybody used it tells its first caller why; the next caller starts a new one.
      if (worker && (await worker.ready)) return worker;
      if (worker) continue;
      if (this.#all.size < MAX_WORKERS) return this.#start();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #giveBack(worker: FunctionWorker): void {
    if (worker.alive && !this.#retired) this.#rest(worker);
    else void this.#end(worker);
    this.#waiting.shift()?.();
  }

  // The worker is idle, until it is taken or has been idle for longer than the others of this cloud.
  #rest(worker: FunctionWorker): void {
    this.#idle.push(worker);
    this.#platform.idle.add(worker, () => {
      this.#idle = this.#idle.filter((idle) => idle !== worker);
      void this.#end(worker);
    });
  }

  #start(): FunctionWorker {
    const { idle, memory } = this.#platform;
    const { name, bundle, runtime, environment, memoryMb } = this.settings;
    this.#threads++;
    const worker: FunctionWorker = new FunctionWorker({
      bundle,
      runtime,
      environment,
      memoryMb,
      onLog: (line) => this.#log(worker, line),
      onNonsense: () => this.#warn(`A worker of ${name} said something that is no message, and was ended.`),
      onExit: () => {
        this.#all.delete(worker);
        idle.remove(worker);
        memory.remove(worker);
        this.#tellDroppedLines(worker);
        this.#threads--;
        void this.#release();
      },
    });
    this.#all.add(worker);
    memory.add(worker, memoryMb);
    return worker;
  }

  async #end(worker: FunctionWorker): Promise<void> {
    this.#all.delete(worker);
    this.#platform.idle.remove(worker);
    await worker.end();
  }

  #log(worker: FunctionWorker, line: LogLine): void {
    const log = this.#current.get(worker);
    log?.logLine(line);
    this.#platform.journal.record({
      kind: 'function.log',
      functionName: this.settings.name,
      ...(log && { invocationId: log.requestId }),
      stream: line.stream,
      line: line.text.replace(/\n$/, ''),
    });
  }

  #tellDroppedLines(worker: FunctionWorker, log?: InvocationLog): void {
    const dropped = worker.takeDroppedLines();
    if (dropped === 0) return;
    const count = (value: number) => value.toLocaleString('en');
    const notice =
      `${count(dropped)} more lines were not kept: Earwitness keeps ${count(OUTPUT_LIMITS.lines)} lines and ` +
      `${count(OUTPUT_LIMITS.characters)} characters of one invocation.`;
    log?.log(notice);
    this.#warn(notice);
  }

  #warn(message: string): void {
    this.#platform.journal.record({ kind: 'warning', about: `function ${this.settings.name}`, message });
  }
}
