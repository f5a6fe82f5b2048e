// One process that runs one function, one invocation at a time, and speaks the Lambda Runtime API. It leads a process
// group of its own, which ends with it. It does not keep this process alive while it is idle.
import { type ChildProcess, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { Environment, EnvironmentInvocation, EnvironmentOptions, TakeChunk } from '../environment.ts';
import type { EnvironmentOutcome } from '../outcome.ts';
import { parseRuntimeError } from './error.ts';
import { MemorySampler } from './memory.ts';
import { ProcessOutput } from './output.ts';
import type { Processes } from './processes.ts';
import { RuntimeApi } from './runtime-api.ts';

/** What is started for a function. */
export interface ProcessCommand {
  /** Absolute. */
  readonly file: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly workingDirectory: string;
  /** Variables beside those of the function's settings. */
  readonly variables?: Readonly<Record<string, string>>;
  /** It keeps the lines of one event of the log together by `\r`, as our bootstraps do. */
  readonly joinsLines?: boolean;
  /**
   * It is ours and of Node: it writes what it prints to descriptor 3, as messages that bear levels, and leaves it to
   * others to log its errors.
   */
  readonly writesMessages?: true;
}

export class ProcessEnvironment implements Environment {
  readonly started: Promise<void>;
  readonly ready: Promise<EnvironmentOutcome | undefined>;
  readonly #options: EnvironmentOptions;
  readonly #processes: Processes;
  readonly #output: ProcessOutput;
  readonly #memory: MemorySampler;
  readonly #api: RuntimeApi;
  #child: ChildProcess | undefined;
  /** Takes what the invocation under way streams. */
  #take: TakeChunk = async () => {};
  #isReady = false;
  /** Called when it asks for an invocation, or is gone. */
  #rest: () => void = () => {};
  rested = Promise.resolve();
  #gone: EnvironmentOutcome | undefined;
  /** What the invocation came to, while what was printed before is still read. */
  #said: EnvironmentOutcome | undefined;
  /** Tells who waits (for the start, or for an invocation) how it went. */
  #settle: ((outcome: EnvironmentOutcome | undefined) => void) | undefined;
  #exited: Promise<void> = Promise.resolve();

  constructor(command: ProcessCommand, options: EnvironmentOptions, processes: Processes) {
    this.#options = options;
    this.#processes = processes;
    this.#output = new ProcessOutput(({ text, ...line }) =>
      options.onLog({ ...line, text: command.joinsLines ? text.replaceAll('\r', '\n') : text }),
    );
    this.#memory = new MemorySampler({
      memoryMb: options.settings.memoryMb,
      clock: processes.clock,
      onFull: () => void this.end({ kind: 'out of memory' }),
    });
    const describe = (body: string) => {
      const { error, payload } = parseRuntimeError(body);
      return command.writesMessages ? { error } : { error, payload };
    };
    this.#api = new RuntimeApi({
      onNext: () => this.#next(),
      onResponse: (payload) => this.#answer({ kind: 'returned', payload, memoryBytes: this.#memory.look() }),
      onResponseTooLarge: (sizeBytes) =>
        this.#answer({ kind: 'too large', sizeBytes, memoryBytes: this.#memory.look() }),
      onChunk: (chunk) => this.#take(chunk),
      onStreamed: (contentType) => this.#answer({ kind: 'streamed', contentType, memoryBytes: this.#memory.look() }),
      onError: (body) => this.#answer({ kind: 'threw', ...describe(body), memoryBytes: this.#memory.look() }),
      onInitError: (body) => void this.end({ kind: 'init failed', ...describe(body) }),
    });
    this.ready = new Promise((resolve) => {
      this.#settle = resolve;
    });
    // No port is left, or a variable cannot be handed over: said as what the system says of a program.
    this.started = this.#start(command).catch((error: Error) => {
      this.#gone ??= describeSpawnError(error, command);
      this.#leave();
    });
  }

  get alive(): boolean {
    return this.#gone === undefined;
  }

  invoke(invocation: EnvironmentInvocation, take: TakeChunk): Promise<EnvironmentOutcome> {
    return new Promise((resolve) => {
      if (this.#gone) return resolve(this.#gone);
      const { clientContext, ...rest } = invocation;
      this.#child?.ref();
      this.#settle = (outcome) => resolve(outcome ?? { kind: 'exited', code: 0 });
      this.#take = take;
      this.rested = new Promise((rest) => {
        this.#rest = rest;
      });
      this.#output.begin();
      this.#memory.start();
      this.#api.deliver({
        ...rest,
        deadline: this.#processes.clock.wireNow() + this.#options.settings.timeoutMs,
        ...(clientContext !== undefined && { clientContext: writeHeader(clientContext) }),
      });
    });
  }

  async end(outcome: EnvironmentOutcome = { kind: 'exited', code: 0 }): Promise<void> {
    this.#gone ??= outcome;
    const pid = this.#child?.pid;
    if (pid !== undefined) this.#processes.end(pid);
    await this.#exited;
  }

  takeDroppedLines(): number {
    return this.#output.takeDroppedLines();
  }

  async #start(command: ProcessCommand): Promise<void> {
    const hasStarted = await this.#processes.takeTurn();
    void this.ready.then(hasStarted);
    if (this.#gone) return this.#leave();
    const address = await this.#api.listen();
    if (this.#gone) return this.#leave();
    const child = spawn(command.file, command.args, {
      cwd: command.workingDirectory,
      env: { ...this.#options.settings.variables, ...command.variables, AWS_LAMBDA_RUNTIME_API: address },
      stdio: ['ignore', 'pipe', 'pipe', command.writesMessages ? 'pipe' : 'ignore'],
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    const [, stdout, stderr, messages] = child.stdio;
    if (stdout instanceof Readable) this.#output.read('stdout', unref(stdout));
    if (stderr instanceof Readable) this.#output.read('stderr', unref(stderr));
    if (messages instanceof Readable) this.#output.readMessages(unref(messages), () => this.#refuse());
    this.#exited = new Promise((resolve) => {
      child.on('error', (error) => void this.#exit(describeSpawnError(error, command)).then(resolve));
      child.on('exit', (code, signal) => {
        const outcome = signal ? ({ kind: 'killed', signal } as const) : ({ kind: 'exited', code: code ?? 0 } as const);
        void this.#exit(outcome).then(resolve);
      });
    });
    if (child.pid === undefined) return;
    this.#processes.add(child.pid);
    this.#memory.watch(child.pid);
  }

  #refuse(): void {
    if (this.#gone) return;
    this.#options.onNonsense();
    void this.end({ kind: 'exited', code: 1 });
  }

  #next(): void {
    this.#rest();
    if (this.#isReady) return;
    this.#isReady = true;
    this.#tell(undefined);
  }

  /** What was printed before the answer is read before it is told; a process that ends meanwhile changes nothing. */
  #answer(outcome: EnvironmentOutcome): void {
    this.#said = this.#gone ?? outcome;
    void this.#output.drain().then(() => this.#tell(this.#gone));
  }

  async #exit(outcome: EnvironmentOutcome): Promise<void> {
    this.#gone ??= outcome;
    const pid = this.#child?.pid;
    if (pid !== undefined) this.#processes.end(pid);
    await this.#output.drain();
    for (const stream of this.#child?.stdio ?? []) stream?.destroy();
    this.#leave();
  }

  #leave(): void {
    this.#api.close();
    this.#rest();
    this.#tell(this.#gone);
    this.#options.onExit();
  }

  #tell(outcome: EnvironmentOutcome | undefined): void {
    const settle = this.#settle;
    const said = this.#said;
    this.#settle = undefined;
    this.#said = undefined;
    this.#memory.stop();
    this.#child?.unref();
    settle?.(said ?? outcome);
  }
}

/** JSON in ASCII only: it goes into a header. */
function writeHeader(value: unknown): string {
  const code = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, code);
}

/** The sentence is Lambda's for `bootstrap`; what the system says stands behind it. */
function describeSpawnError(error: Error, { file }: ProcessCommand): EnvironmentOutcome {
  const text =
    basename(file) === 'bootstrap'
      ? `Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap] (${error.message})`
      : `fork/exec ${file}: ${error.message}`;
  return { kind: 'not started', errorType: 'Runtime.InvalidEntrypoint', text };
}

function unref(stream: Readable): Readable {
  if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
  return stream;
}
