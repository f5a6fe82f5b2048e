// What a worker and its owner say to each other. Everything is plain data; payloads are JSON text, made and read in the worker, so
// that the main thread never parses a user's event.

/** What a worker is started with. */
export interface WorkerStart {
  readonly format: 'cjs' | 'esm';
  readonly script: string;
  readonly sourceMap: string;
  readonly file: string;
  readonly exportPath: readonly string[];
}

/** Starts an invocation; a worker has one at a time. */
export interface InvokeMessage {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  readonly traceId?: string;
  readonly timeoutMs: number;
  /** The constant part of the handler's context object, and `clientContext` when the caller sent one. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** An error as Lambda writes it into an answer. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  /** The module could not be loaded, or has no such handler. The worker is done. */
  | { readonly kind: 'init failed'; readonly error: FunctionError }
  | { readonly kind: 'log'; readonly stream: 'stdout' | 'stderr'; readonly level?: string; readonly text: string }
  /** `payload` is JSON text. */
  | { readonly kind: 'returned'; readonly payload: string; readonly heapBytes: number }
  /** `fatal`: the worker ends. */
  | { readonly kind: 'threw'; readonly error: FunctionError; readonly fatal: boolean; readonly heapBytes: number };
