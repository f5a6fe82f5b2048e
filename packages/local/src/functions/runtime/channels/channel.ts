// How the runtime that calls a handler is connected with who wants it called: a worker by a port, a process by the
// Runtime API.
import type { Chunk } from '../../environment.ts';
import type { InvokeMessage, WorkerMessage } from '../../worker/messages.ts';

export interface Channel {
  /** Calls `listener` with each invocation. */
  listen(listener: (message: InvokeMessage) => void): void;
  /** Waiting for an invocation keeps the event loop alive, or no longer does. */
  ref(): void;
  unref(): void;
  post(message: WorkerMessage): void;
  /** Sends a piece of a streamed answer; `done` is called when the next may come. */
  write(chunk: Chunk & { readonly invocation: number }, done: () => void): void;
  /** Ends the program when what was posted is on its way. */
  leave(code: number): void;
}
