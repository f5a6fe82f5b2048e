// A function that runs: one version of its code and settings, and the workers that serve it. It grows a worker for each invocation
// that finds none idle, up to a bound, and then lets them wait in line. Changing code or settings makes a new running function;
// the old one finishes what it has and is gone.
import type { Clock } from '../clock.ts';
import type { Journal } from '../journal.ts';
import type { Bundle } from './bundle.ts';
import { formatLine, formatReport, type LogEvent } from './log.ts';
import type { FunctionError } from './messages.ts';
import { FunctionWorker, type LogLine, type WorkerOutcome } from './worker.ts';

/** All that decides how a function runs. */
export interface FunctionSettings {
  readonly name: string;
  readonly version: string;
  readonly bundle: Bundle;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly logStream: string;
  readonly logFormat: 'Text' | 'JSON';
}

export interface InvocationRequest {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  readonly invokedFunctionArn: string;
  readonly traceId?: string;
  /** Parsed client context; the handler sees it as `context.clientContext`. */
  readonly clientContext?: unknown;
}

export interface InvocationResult {
  /** JSON text: what the handler answered, or the error in Lambda's shape. */
  readonly payload: string;
  readonly failed: boolean;
  /** Everything written to the log, Lambda's own lines included. */
  readonly log: readonly LogEvent[];
}

interface Ground {
  readonly clock: Clock;
  readonly journal: Journal;
}

type Outcome = WorkerOutcome | { readonly kind: 'timed out'; readonly limitMs: number };

/** Ours: workers of one function at a time (8 MB and more each). The next invocation waits for one. */
const MAX_WORKERS = 16;
/** Lambda's limit for loading a function. Source: docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const INIT_TIMEOUT_MS = 10_000;

export class RunningFunction {
  readonly settings: FunctionSettings;
  #ground: Ground;
  #idle: FunctionWorker[] = [];
  #all = new Set<FunctionWorker>();
  #waiting: (() => void)[] = [];
  #current = new Map<FunctionWorker, Invocation>();
  #retired = false;

  constructor(settings: FunctionSettings, ground: Ground) {
    this.settings = settings;
    this.#ground = ground;
  }

  /** Starts a worker ahead of the first invocation. */
  prepare(): void {
    this.#idle.push(this.#start());
  }

  async invoke(request: InvocationRequest): Promise<InvocationResult> {
    const { clock, journal } = this.#ground;
    const { name } = this.settings;
    const trace = request.traceId === undefined ? {} : { traceId: request.traceId };
    journal.record({ kind: 'function.invoked', functionName: name, invocationId: request.requestId, ...trace });
    const release = clock.hold();
    const worker = await this.#take();
    const invocation = new Invocation(request, this.settings, clock);
    this.#current.set(worker, invocation);
    const started = clock.elapsed();
    const outcome = await this.#run(worker, request);
    const durationMs = clock.elapsed() - started;
    const { payload, error } = this.#answer(outcome, request.requestId);
    if (error && outcome.kind === 'threw') invocation.logError(error);
    else if (error) invocation.log(error.errorMessage);
    invocation.end(durationMs, 'heapBytes' in outcome ? outcome.heapBytes : 0);
    this.#current.delete(worker);
    this.#giveBack(worker);
    journal.record({
      kind: 'function.finished',
      functionName: name,
      invocationId: request.requestId,
      durationMs,
      outcome: outcome.kind === 'init failed' ? 'failed to load' : outcome.kind,
      ...(error && { error: { name: error.errorType, message: error.errorMessage } }),
      ...trace,
    });
    release();
    return { payload, failed: error !== undefined, log: invocation.events };
  }

  /** Takes no new invocation; ends each worker when it is done. */
  async retire(): Promise<void> {
    this.#retired = true;
    await Promise.all(this.#idle.splice(0).map((worker) => this.#end(worker)));
  }

  /** Ends every worker now; invocations under way answer that their runtime exited. */
  async terminate(): Promise<void> {
    this.#retired = true;
    await Promise.all([...this.#all].map((worker) => this.#end(worker)));
  }

  async #run(worker: FunctionWorker, request: InvocationRequest): Promise<Outcome> {
    const { timeoutMs, name, version, memoryMb, logGroup, logStream } = this.settings;
    const failedStart = await this.#within(worker, INIT_TIMEOUT_MS, worker.ready);
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
    const message = { requestId, event, timeoutMs, context, ...(traceId !== undefined && { traceId }) };
    return await this.#within(worker, timeoutMs, worker.invoke(message));
  }

  // Whatever comes first: the worker's answer, or the clock. A worker that is too late is ended.
  #within<T>(worker: FunctionWorker, limitMs: number, answer: Promise<T>): Promise<T | Outcome> {
    const { clock } = this.#ground;
    return new Promise((resolve) => {
      const timer = clock.setTimer(clock.now() + limitMs, () => {
        void this.#end(worker);
        resolve({ kind: 'timed out', limitMs });
      });
      void answer.then((outcome) => {
        timer.cancel();
        resolve(outcome);
      });
    });
  }

  #answer(outcome: Outcome, requestId: string): { payload: string; error?: FunctionError } {
    if (outcome.kind === 'returned') return { payload: outcome.payload };
    const error = describeOutcome(outcome, requestId);
    return { payload: JSON.stringify(error), error };
  }

  async #take(): Promise<FunctionWorker> {
    for (;;) {
      const worker = this.#idle.pop();
      if (worker?.alive) return worker;
      if (worker) {
        this.#all.delete(worker);
        // A worker that failed before anybody used it tells its first caller why; the next caller starts a new one.
        const failed = await worker.ready;
        if (failed) return worker;
        continue;
      }
      if (this.#all.size < MAX_WORKERS) return this.#start();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #giveBack(worker: FunctionWorker): void {
    if (worker.alive && !this.#retired) this.#idle.push(worker);
    else void this.#end(worker);
    this.#waiting.shift()?.();
  }

  #start(): FunctionWorker {
    const { bundle, environment, memoryMb } = this.settings;
    const worker: FunctionWorker = new FunctionWorker({
      bundle,
      environment,
      memoryMb,
      onLog: (line) => this.#log(worker, line),
    });
    this.#all.add(worker);
    return worker;
  }

  async #end(worker: FunctionWorker): Promise<void> {
    this.#all.delete(worker);
    await worker.terminate();
  }

  #log(worker: FunctionWorker, line: LogLine): void {
    const invocation = this.#current.get(worker);
    invocation?.logLine(line);
    this.#ground.journal.record({
      kind: 'function.log',
      functionName: this.settings.name,
      ...(invocation && { invocationId: invocation.requestId }),
      stream: line.stream,
      line: line.text.replace(/\n$/, ''),
    });
  }
}

/** The log of one invocation. */
class Invocation {
  readonly requestId: string;
  readonly events: LogEvent[] = [];
  #settings: FunctionSettings;
  #clock: Clock;

  constructor(request: InvocationRequest, settings: FunctionSettings, clock: Clock) {
    this.requestId = request.requestId;
    this.#settings = settings;
    this.#clock = clock;
    this.log(`START RequestId: ${request.requestId} Version: ${settings.version}`);
  }

  log(message: string): void {
    this.events.push({ timestamp: this.#clock.now(), message });
  }

  logLine(line: LogLine): void {
    const options = { at: this.#clock.now(), requestId: this.requestId, format: this.#settings.logFormat };
    this.log(formatLine(line, options));
  }

  logError({ errorType, errorMessage, trace }: FunctionError): void {
    const text = `Invoke Error \t${JSON.stringify({ errorType, errorMessage, stack: trace ?? [] })}`;
    this.logLine({ stream: 'stderr', level: 'ERROR', text });
  }

  end(durationMs: number, heapBytes: number): void {
    const { requestId } = this;
    this.log(`END RequestId: ${requestId}`);
    this.log(formatReport({ requestId, durationMs, memoryMb: this.#settings.memoryMb, heapBytes }));
  }
}

// Lambda's own words for what the function could not say itself.
function describeOutcome(outcome: Exclude<Outcome, { kind: 'returned' }>, requestId: string): FunctionError {
  const failure = (errorType: string, text: string) => ({
    errorType,
    errorMessage: `RequestId: ${requestId} Error: ${text}`,
  });
  switch (outcome.kind) {
    case 'threw':
    case 'init failed':
      return outcome.error;
    case 'timed out':
      return failure('Sandbox.Timedout', `Task timed out after ${(outcome.limitMs / 1000).toFixed(2)} seconds`);
    case 'out of memory':
      return failure('Runtime.ExitError', 'Runtime exited with error: signal: killed');
    case 'exited':
      return failure(
        'Runtime.ExitError',
        outcome.code === 0
          ? 'Runtime exited without providing a reason'
          : `Runtime exited with error: exit status ${outcome.code}`,
      );
  }
}
