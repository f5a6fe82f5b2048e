// One worker thread that runs one function, one invocation at a time. Its environment holds what it was given and
// nothing of the host's; it does not keep the process alive while it is idle.
//
// The two speak over a port that the handler cannot reach (nothing listens on the thread's own), and what comes is
// parsed: a worker that says something else is ended. However a worker ends, whoever waits for it is told.
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Chunk, Environment, EnvironmentInvocation, EnvironmentOptions, TakeChunk } from '../environment.ts';
import type { Bundle } from '../node/bundle.ts';
import { flagsOf, startOf } from '../node/handler-start.ts';
import { type EnvironmentOutcome, RESPONSE_MAX_BYTES } from '../outcome.ts';
import { describeError } from '../runtime/errors.ts';
import { OUTPUT_LIMITS } from '../runtime/output.ts';
import { workerSource } from '../runtime/worker-runtime.ts';
import { type OwnerMessage, parseWorkerMessage, type WorkerSignals, type WorkerStart } from './messages.ts';

/**
 * Ours: how far V8's own limit of the heap stands above the function's memory, in MB. V8 ends the whole process when a
 * single allocation (a growing array or Map) does not fit below it; memory.ts and memory-watch.ts end the worker
 * before.
 */
const HEAP_HEADROOM_MB = 1024;
/**
 * Ours: what V8 may take for a function's newest objects, in MB: two halves of 4, and room for large ones. It would
 * grow to 48 while little of that is alive. Code that makes many megabytes at once pays up to a tenth more for it.
 */
const YOUNG_GENERATION_MB = 12;

let source: string | undefined;

export class FunctionWorker implements Environment {
  readonly started = Promise.resolve();
  readonly rested = Promise.resolve();
  readonly ready: Promise<EnvironmentOutcome | undefined>;
  #options: EnvironmentOptions;
  #thread: Worker;
  #port: MessagePort;
  #signals: WorkerSignals = createSignals();
  #isReady = false;
  #gone: EnvironmentOutcome | undefined;
  /** Tells who waits (for the start, or for an invocation) how it went. */
  #settle: ((outcome: EnvironmentOutcome | undefined) => void) | undefined;
  /** Takes what the invocation under way streams. */
  #take: TakeChunk = async () => {};
  #invocations = 0;
  /** Weight of the lines that were read and not yet acknowledged. */
  #read = 0;

  constructor(bundle: Bundle, options: EnvironmentOptions) {
    const { runtime, variables, memoryMb } = options.settings;
    this.#options = options;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const start: WorkerStart = {
      ...startOf(bundle, runtime),
      runtimeFile: '[worker eval]',
      port: port2,
      signals: this.#signals,
      memoryLimitBytes: memoryMb * 2 ** 20,
      responseMaxBytes: RESPONSE_MAX_BYTES,
      outputLimits: OUTPUT_LIMITS,
    };
    source ??= workerSource();
    this.#thread = new Worker(source, {
      eval: true,
      workerData: start,
      transferList: [port2],
      env: variables,
      // Not the host's: a loader or inspector of the test runner has no place in a function.
      execArgv: [...flagsOf(runtime)],
      resourceLimits: {
        maxOldGenerationSizeMb: memoryMb + HEAP_HEADROOM_MB,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
    });
    this.ready = new Promise((resolve) => {
      this.#settle = resolve;
    });
    port1.on('message', (value: unknown) => this.#receive(value));
    port1.on('messageerror', () => this.#refuse());
    // Only the thread decides whether the process stays.
    port1.unref();
    this.#thread.on('error', (error: unknown) => this.#fail(error));
    this.#thread.on('exit', (code) => {
      this.drain();
      this.#port.close();
      this.#end({ kind: 'exited', code });
      this.#options.onExit();
    });
  }

  get alive(): boolean {
    return this.#gone === undefined;
  }

  /** Grows while the worker's event loop turns. */
  get beats(): number {
    return Atomics.load(this.#signals.beats, 0);
  }

  invoke({ requestId, event, traceId, ...shown }: EnvironmentInvocation, take: TakeChunk): Promise<EnvironmentOutcome> {
    const { name, version, memoryMb, logGroup, logStream, timeoutMs } = this.#options.settings;
    const context = {
      functionName: name,
      functionVersion: version,
      memoryLimitInMB: String(memoryMb),
      logGroupName: logGroup,
      logStreamName: logStream,
      ...shown,
    };
    return new Promise((resolve) => {
      if (this.#gone) return resolve(this.#gone);
      this.#thread.ref();
      this.#settle = (outcome) => resolve(outcome ?? { kind: 'exited', code: 0 });
      this.#take = take;
      const message: OwnerMessage = {
        kind: 'invoke',
        invocation: ++this.#invocations,
        ...{ requestId, event, traceId, timeoutMs, context },
      };
      this.#port.postMessage(message);
    });
  }

  async end(outcome: EnvironmentOutcome = { kind: 'exited', code: 0 }): Promise<void> {
    this.drain();
    this.#end(outcome);
    await this.#thread.terminate();
  }

  /** Reads what the worker has said and the event loop has not brought yet. */
  drain(): void {
    for (;;) {
      const next: { readonly message: unknown } | undefined = receiveMessageOnPort(this.#port);
      if (!next) return;
      this.#receive(next.message);
    }
  }

  takeDroppedLines(): number {
    return Atomics.exchange(this.#signals.dropped, 0, 0);
  }

  #receive(value: unknown): void {
    const message = parseWorkerMessage(value);
    switch (message?.kind) {
      case undefined:
        this.#refuse();
        break;
      case 'log':
        this.#options.onLog(message);
        this.#acknowledge(message.weight);
        break;
      case 'ready':
        this.#isReady = true;
        this.#tell(undefined);
        break;
      case 'chunk':
        void this.#hand(message);
        break;
      case 'returned':
      case 'streamed':
      case 'too large':
      case 'threw':
        // An answer to an invocation that is over is dropped.
        if (message.invocation === this.#invocations) this.#tell(message);
        break;
      case 'init failed':
      case 'died':
      case 'out of memory':
        // A handler may have replaced process.exit: the thread does not end by itself for certain.
        void this.end(message);
    }
  }

  async #hand({ invocation, contentType, bytes }: Chunk & { readonly invocation: number }): Promise<void> {
    if (invocation === this.#invocations) await this.#take({ contentType, bytes });
    const taken: OwnerMessage = { kind: 'taken' };
    this.#port.postMessage(taken);
  }

  // In the next turn of the event loop: a worker that prints without end cannot fill this one. And not for every line:
  // a worker that waits has more unread than this.
  #acknowledge(weight: number): void {
    const before = this.#read;
    this.#read += weight;
    const enough = OUTPUT_LIMITS.unread / 2;
    if (before >= enough || this.#read < enough) return;
    setImmediate(() => {
      Atomics.sub(this.#signals.unread, 0, this.#read);
      this.#read = 0;
      Atomics.notify(this.#signals.unread, 0);
    });
  }

  #refuse(): void {
    if (this.#gone) return;
    this.#options.onNonsense();
    void this.end({ kind: 'exited', code: 1 });
  }

  // What ended the thread, and is not told by the runtime. It can be anything, `null` too: a handler that removed the
  // runtime's listeners decides what it throws.
  #fail(error: unknown): void {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === 'ERR_WORKER_OUT_OF_MEMORY') this.#gone ??= { kind: 'out of memory' };
    else this.#gone ??= { kind: this.#isReady ? 'died' : 'init failed', error: describeError(error) };
  }

  #end(outcome: EnvironmentOutcome): void {
    this.#gone ??= outcome;
    this.#tell(this.#gone);
  }

  #tell(outcome: EnvironmentOutcome | undefined): void {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#thread.unref();
    settle?.(outcome);
  }
}

function createSignals(): WorkerSignals {
  const create = () => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  return { unread: create(), dropped: create(), beats: create() };
}
