// What a worker and its owner say to each other over a port of their own. Everything is plain data; payloads are JSON
// text, made and read in the worker, so that the main thread never parses a user's event.
//
// The owner trusts nothing that comes: `parseWorkerMessage` gives a message its type or refuses it. What it does not
// look into is `payload`: what the runtime sends there comes from the JSON.stringify that it took before the handler
// was loaded, which makes valid JSON of everything it accepts. A handler that looks for the port (`async_hooks` finds
// it) can say something else, and forges its own function's answer.
import type { MessagePort } from 'node:worker_threads';
import type { Chunk } from '../environment.ts';
import type { HandlerStart } from '../node/handler-start.ts';
import type { FunctionError } from '../outcome.ts';

/** What a worker is started with. */
export interface WorkerStart extends HandlerStart {
  /** Where invocations come from and messages go. */
  readonly port: MessagePort;
  readonly signals: WorkerSignals;
  readonly memoryLimitBytes: number;
  readonly responseMaxBytes: number;
  readonly outputLimits: OutputLimits;
}

/** Numbers that both threads see at once, each in the first element of a shared array. */
export interface WorkerSignals {
  /** The weight of printed lines that the owner has not read yet: above a limit the worker waits. */
  readonly unread: Int32Array<SharedArrayBuffer>;
  /** Printed lines that were not kept. */
  readonly dropped: Int32Array<SharedArrayBuffer>;
  /** Grows while the worker's event loop turns. */
  readonly beats: Int32Array<SharedArrayBuffer>;
}

/** How much of what a function prints is kept. */
export interface OutputLimits {
  /** Of one invocation. */
  readonly lines: number;
  /** Of one invocation. */
  readonly characters: number;
  readonly lineCharacters: number;
  /** Characters on their way to the owner; each line weighs `lineWeight` more. */
  readonly unread: number;
  readonly lineWeight: number;
}

/** What the owner says: an invocation, or that the last piece of an answer was taken. */
export type OwnerMessage = (InvokeMessage & { readonly kind: 'invoke' }) | { readonly kind: 'taken' };

/** Starts an invocation; a worker has one at a time. */
export interface InvokeMessage {
  /**
   * Counts the worker's invocations. Its answer bears the same number, because a retry has the request id of the first
   * attempt.
   */
  readonly invocation: number;
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  readonly traceId: string | undefined;
  readonly timeoutMs: number;
  /** The constant part of the handler's context object, and `clientContext` when the caller sent one. */
  readonly context: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly invocation: number;
  /** What the isolate held: its heap and the memory outside of it. */
  readonly memoryBytes: number;
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  /** The module could not be loaded, or has no such handler. The worker is done. */
  | { readonly kind: 'init failed'; readonly error: FunctionError }
  | {
      readonly kind: 'log';
      readonly stream: 'stdout' | 'stderr';
      readonly level: string | undefined;
      readonly text: string;
      /** What it added to `WorkerSignals.unread`. */
      readonly weight: number;
    }
  /** `payload` is JSON text. */
  | (Answer & { readonly kind: 'returned'; readonly payload: string })
  /** A piece of a streamed answer. The next comes when the owner says that it was taken. */
  | (Chunk & { readonly kind: 'chunk'; readonly invocation: number })
  /** All pieces were taken. */
  | (Answer & { readonly kind: 'streamed'; readonly contentType: string })
  | (Answer & { readonly kind: 'too large'; readonly sizeBytes: number })
  | (Answer & { readonly kind: 'threw'; readonly error: FunctionError })
  /** An uncaught error. The worker is done. */
  | { readonly kind: 'died'; readonly error: FunctionError }
  /** The worker holds more than its memory limit. It is done. */
  | { readonly kind: 'out of memory' };

/** `undefined` when it is none. */
export function parseWorkerMessage(value: unknown): WorkerMessage | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, stream, level, text, weight, invocation, memoryBytes, payload, sizeBytes, contentType, bytes } = value;
  const error = parseError(value['error']);
  switch (kind) {
    case 'ready':
    case 'out of memory':
      return { kind };
    case 'init failed':
    case 'died':
      return error && { kind, error };
    case 'log':
      if (stream !== 'stdout' && stream !== 'stderr') return undefined;
      if (level !== undefined && typeof level !== 'string') return undefined;
      return typeof text === 'string' && isCount(weight) ? { kind, stream, level, text, weight } : undefined;
  }
  if (kind === 'chunk') {
    const isChunk = isCount(invocation) && typeof contentType === 'string' && bytes instanceof Uint8Array;
    return isChunk ? { kind, invocation, contentType, bytes } : undefined;
  }
  if (!isCount(invocation) || !isCount(memoryBytes)) return undefined;
  const answer = { invocation, memoryBytes };
  switch (kind) {
    case 'returned':
      return typeof payload === 'string' ? { kind, ...answer, payload } : undefined;
    case 'streamed':
      return typeof contentType === 'string' ? { kind, ...answer, contentType } : undefined;
    case 'too large':
      return isCount(sizeBytes) ? { kind, ...answer, sizeBytes } : undefined;
    case 'threw':
      return error && { kind, ...answer, error };
    default:
      return undefined;
  }
}

function parseError(value: unknown): FunctionError | undefined {
  if (!isRecord(value)) return undefined;
  const { errorType, errorMessage, trace } = value;
  if (typeof errorType !== 'string' || typeof errorMessage !== 'string') return undefined;
  if (trace === undefined) return { errorType, errorMessage };
  if (!Array.isArray(trace) || !trace.every((line): line is string => typeof line === 'string')) return undefined;
  return { errorType, errorMessage, trace };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
