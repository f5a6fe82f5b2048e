// A function that runs: one version of its program and settings, and the environments that serve it. It opens one for
// each invocation that finds none idle, up to a bound, and then lets them wait in line. Changing code or settings makes
// a new running function; the old one finishes what it has and is gone.
import type { FactBody } from '@earwitness/protocol/internal/journal/fact';
import type { Clock } from '../clock/clock.ts';
import { isInspected } from '../inspector.ts';
import type { Journal } from '../journal/journal.ts';
import type { Environment, EnvironmentInvocation, LogLine } from './environment.ts';
import type { IdleEnvironments } from './idle-environments.ts';
import { InvocationLog } from './invocation-log.ts';
import type { LogEvent } from './log.ts';
import {
  describeForJournal,
  describeKind,
  describeOutcome,
  type EnvironmentOutcome,
  type FunctionError,
  type Outcome,
} from './outcome.ts';
import type { Program } from './program.ts';
import { OUTPUT_LIMITS } from './runtime/output.ts';
import type { FunctionSettings } from './settings.ts';
import { type AnswerSink, StreamedAnswer } from './streamed-answer.ts';

type Invoked = Extract<FactBody, { kind: 'function.invoked' }>;

export interface InvocationRequest extends EnvironmentInvocation {
  /** The messages that it is for, when a queue set it off. */
  readonly batch?: NonNullable<Invoked['batch']>;
  /** The records, when a stream did. */
  readonly records?: NonNullable<Invoked['records']>;
  /** Gets what the handler streams, piece by piece; without it the pieces are the payload. */
  readonly sink?: AnswerSink;
}

export interface InvocationResult {
  /** What the handler returned, or the error in Lambda's shape: JSON text, unless the runtime sent something else. */
  readonly payload: string;
  /** The payload of a handler that streams: it need not be text. Empty when a sink got it. */
  readonly streamed?: Buffer;
  readonly failed: boolean;
  /** Everything written to the log, Lambda's own lines included. */
  readonly log: readonly LogEvent[];
}

/** What the running functions of one cloud share. */
export interface FunctionPlatform {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly idle: IdleEnvironments;
}

/** Ours: environments of one function at a time (8 MB and more each). The next invocation waits for one. */
const MAX_ENVIRONMENTS = 16;
/**
 * Lambda's limit for loading a function. Source: docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
const INIT_TIMEOUT_MS = 10_000;
/** How an invocation ends that waited in line when everything was interrupted. */
const INTERRUPTED: Outcome = { kind: 'exited', code: 0 };

export class RunningFunction {
  readonly settings: FunctionSettings;
  readonly program: Program;
  #platform: FunctionPlatform;
  #idle: Environment[] = [];
  #all = new Set<Environment>();
  #waiting: (() => void)[] = [];
  #current = new Map<Environment, InvocationLog>();
  #retired = false;
  /** Grows with each interruption: what waited in line then does not run any more. */
  #era = 0;
  /** Environments of which something is left. */
  #left = 0;
  /** Its program was given back. */
  #released: Promise<unknown> | undefined;

  constructor(settings: FunctionSettings, program: Program, platform: FunctionPlatform) {
    this.settings = settings;
    this.program = program;
    this.#platform = platform;
    for (const folder of program.folders) folder.hold();
  }

  /** Opens an environment ahead of the first invocation, unless another function's would have to go for it. */
  prepare(): void {
    if (this.#platform.idle.hasRoom) this.#rest(this.#start());
  }

  async invoke(request: InvocationRequest): Promise<InvocationResult> {
    const { clock, journal } = this.#platform;
    const { batch, records } = request;
    const about = this.#aboutOf(request);
    journal.record({ kind: 'function.invoked', ...about, ...(batch && { batch }), ...(records && { records }) });
    const release = clock.hold();
    try {
      return await this.#serve(request);
    } finally {
      release();
    }
  }

  async #serve(request: InvocationRequest): Promise<InvocationResult> {
    const { clock, journal } = this.#platform;
    const era = this.#era;
    const environment = await this.#take();
    const log = new InvocationLog(request.requestId, this.settings, clock);
    this.#current.set(environment, log);
    const started = clock.elapsed();
    const pieces = new StreamedAnswer(request.sink);
    const ended = era === this.#era ? await this.#run(environment, request, pieces) : INTERRUPTED;
    const outcome = pieces.complete(ended);
    const durationMs = clock.elapsed() - started;
    const { payload, error } = this.#answer(outcome, request.requestId);
    // A runtime that writes its errors in a form of its own has logged them, too.
    if (error && (outcome.kind === 'threw' || outcome.kind === 'died')) {
      if (outcome.payload === undefined) log.logError(error);
    } else if (error) log.log(error.errorMessage);
    this.#tellDroppedLines(environment, log);
    log.end(durationMs, 'memoryBytes' in outcome ? outcome.memoryBytes : 0);
    this.#current.delete(environment);
    this.#giveBack(environment);
    journal.record({
      kind: 'function.finished',
      ...this.#aboutOf(request),
      durationMs,
      outcome: describeKind(outcome),
      ...(error && { error: describeForJournal(error) }),
    });
    const streamed = ended.kind === 'streamed' && !error && { streamed: pieces.bytes };
    return { payload, failed: error !== undefined, log: log.events, ...streamed };
  }

  /** Takes no new invocation; ends each environment when it is done. */
  async retire(): Promise<void> {
    this.#retired = true;
    await Promise.all(this.#idle.splice(0).map((environment) => this.#end(environment)));
    await this.#release();
  }

  /** Ends every environment now; invocations under way answer that their runtime exited. */
  async terminate(): Promise<void> {
    this.#retired = true;
    await Promise.all([...this.#all].map((environment) => this.#end(environment)));
    await this.#release();
  }

  /** Ends the invocations under way, and those that wait in line: they answer that their runtime exited. */
  async interrupt(): Promise<void> {
    this.#era++;
    await Promise.all([...this.#current.keys()].map((environment) => this.#end(environment)));
  }

  // When nobody runs from its files any more and nobody will.
  async #release(): Promise<void> {
    if (!this.#retired || this.#left > 0) return;
    this.#released ??= Promise.all(this.program.folders.map((folder) => folder.release()));
    await this.#released;
  }

  async #run(
    environment: Environment,
    request: InvocationRequest,
    pieces: StreamedAnswer,
  ): Promise<EnvironmentOutcome | Outcome> {
    await environment.started;
    const failedStart = await this.#within({ environment, limitMs: INIT_TIMEOUT_MS, request }, environment.ready);
    if (failedStart) return failedStart;
    const { batch: _, records: __, sink: ___, ...invocation } = request;
    const limits = { environment, limitMs: this.settings.timeoutMs, request };
    return await this.#within(
      limits,
      environment.invoke(invocation, (chunk) => pieces.take(chunk)),
    );
  }

  // Whatever comes first: the environment's answer, or the clock. An environment that is too late is ended.
  #within<T>(
    {
      environment,
      limitMs,
      request,
    }: { readonly environment: Environment; readonly limitMs: number; readonly request: InvocationRequest },
    answer: Promise<T>,
  ): Promise<T | Outcome> {
    const { clock, journal } = this.#platform;
    return new Promise((resolve) => {
      const timer = clock.setTimer(clock.now() + limitMs, () => {
        if (isInspected()) return void journal.record({ kind: 'function.overdue', ...this.#aboutOf(request), limitMs });
        resolve({ kind: 'timed out', limitMs });
        void this.#end(environment);
      });
      void answer.then((outcome) => {
        timer.cancel();
        resolve(outcome);
      });
    });
  }

  #aboutOf({ requestId, traceId }: InvocationRequest) {
    return { functionName: this.settings.name, invocationId: requestId, ...(traceId !== undefined && { traceId }) };
  }

  #answer(outcome: Outcome, requestId: string): { payload: string; error?: FunctionError } {
    if (outcome.kind === 'returned') return { payload: outcome.payload };
    const error = describeOutcome(outcome, requestId);
    const written = 'payload' in outcome ? outcome.payload : undefined;
    return { payload: written ?? JSON.stringify(error), error };
  }

  async #take(): Promise<Environment> {
    for (;;) {
      const environment = this.#idle.pop();
      if (environment) this.#platform.idle.remove(environment);
      await environment?.rested;
      if (environment?.alive) return environment;
      // An environment that failed before anybody used it tells its first caller why; the next caller starts a new one.
      if (environment && (await environment.ready)) return environment;
      if (environment) continue;
      if (this.#all.size < MAX_ENVIRONMENTS) return this.#start();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #giveBack(environment: Environment): void {
    if (environment.alive && !this.#retired) this.#rest(environment);
    else void this.#end(environment);
    this.#waiting.shift()?.();
  }

  // The environment is idle, until it is taken or has been idle for longer than the others of this cloud.
  #rest(environment: Environment): void {
    this.#idle.push(environment);
    this.#platform.idle.add(environment, () => {
      this.#idle = this.#idle.filter((idle) => idle !== environment);
      void this.#end(environment);
    });
  }

  #start(): Environment {
    const { idle } = this.#platform;
    const { settings } = this;
    const environment: Environment = this.program.open({
      settings,
      onLog: (line) => this.#log(environment, line),
      onNonsense: () =>
        this.#warn(`An environment of ${settings.name} said something that is no message, and was ended.`),
      onExit: () => {
        this.#all.delete(environment);
        idle.remove(environment);
        this.#tellDroppedLines(environment);
        this.#left--;
        void this.#release();
      },
    });
    this.#left++;
    this.#all.add(environment);
    return environment;
  }

  async #end(environment: Environment): Promise<void> {
    this.#all.delete(environment);
    this.#platform.idle.remove(environment);
    await environment.end();
  }

  #log(environment: Environment, line: LogLine): void {
    const log = this.#current.get(environment);
    log?.logLine(line);
    this.#platform.journal.record({
      kind: 'function.log',
      functionName: this.settings.name,
      ...(log && { invocationId: log.requestId }),
      stream: line.stream,
      line: line.text.replace(/\n$/, ''),
    });
  }

  #tellDroppedLines(environment: Environment, log?: InvocationLog): void {
    const dropped = environment.takeDroppedLines();
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
