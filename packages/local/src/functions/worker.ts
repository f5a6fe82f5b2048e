// One worker thread that runs one function, one invocation at a time. Its environment holds what it was given and nothing of the
// host's; it does not keep the process alive while it is idle.
import { Worker } from 'node:worker_threads';
import type { Bundle } from './bundle.ts';
import type { FunctionError, InvokeMessage, WorkerMessage, WorkerStart } from './messages.ts';
import { runtimeSource } from './runtime.ts';

/** How an invocation left the worker. After anything but `returned` and `threw` the worker is gone. */
export type WorkerOutcome =
  | { readonly kind: 'returned'; readonly payload: string; readonly heapBytes: number }
  | { readonly kind: 'threw'; readonly error: FunctionError; readonly heapBytes: number }
  | { readonly kind: 'init failed'; readonly error: FunctionError }
  | { readonly kind: 'out of memory' }
  | { readonly kind: 'exited'; readonly code: number };

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** `INFO`, `ERROR`, …; absent for what was written to the stream directly. */
  readonly level?: string;
  readonly text: string;
}

interface WorkerOptions {
  readonly bundle: Bundle;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly onLog: (line: LogLine) => void;
}

let source: string | undefined;

export class FunctionWorker {
  /** Resolves when the handler is loaded, with the reason when it could not be. */
  readonly ready: Promise<WorkerOutcome | undefined>;
  #thread: Worker;
  #gone: WorkerOutcome | undefined;
  /** Tells whoever waits (for the start, or for an invocation) how it went. */
  #settle: ((outcome: WorkerOutcome | undefined) => void) | undefined;

  constructor({ bundle, environment, memoryMb, onLog }: WorkerOptions) {
    const { format, script, sourceMap, file, exportPath } = bundle;
    const start: WorkerStart = { format, script, sourceMap, file, exportPath };
    source ??= runtimeSource();
    this.#thread = new Worker(source, {
      eval: true,
      workerData: start,
      env: environment,
      // Not the host's: a loader or inspector of the test runner has no place in a function.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    this.ready = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#thread.on('message', (message: WorkerMessage) => {
      switch (message.kind) {
        case 'log':
          onLog(message);
          break;
        case 'ready':
          this.#end(undefined);
          break;
        case 'returned':
          this.#end(message);
          break;
        case 'threw':
          if (message.fatal) this.#gone = message;
          this.#end(message);
          break;
        case 'init failed':
          this.#gone = message;
          this.#end(message);
      }
    });
    this.#thread.on('error', (error: Error & { code?: string }) => {
      this.#gone ??=
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? { kind: 'out of memory' }
          : {
              kind: 'init failed',
              error: { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') },
            };
    });
    this.#thread.on('exit', (code) => {
      this.#gone ??= { kind: 'exited', code };
      this.#end(this.#gone);
    });
  }

  /** Whether it can take an invocation. */
  get alive(): boolean {
    return this.#gone === undefined;
  }

  /** Runs one invocation. The worker must be ready and idle. */
  invoke(message: InvokeMessage): Promise<WorkerOutcome> {
    return new Promise((resolve) => {
      if (this.#gone) return resolve(this.#gone);
      this.#thread.ref();
      this.#settle = (outcome) => {
        this.#thread.unref();
        resolve(outcome ?? { kind: 'exited', code: 0 });
      };
      this.#thread.postMessage(message);
    });
  }

  /** Ends the thread, whatever it is doing. */
  async terminate(): Promise<void> {
    this.#gone ??= { kind: 'exited', code: 0 };
    await this.#thread.terminate();
  }

  #end(outcome: WorkerOutcome | undefined): void {
    const settle = this.#settle;
    this.#settle = undefined;
    if (outcome === undefined || outcome.kind !== 'returned') this.#thread.unref();
    settle?.(outcome);
  }
}
