// An invocation whose answer is read while the function writes it: InvokeWithResponseStream, and function URLs with
// InvokeMode RESPONSE_STREAM.
import { AnswerPipe } from '../../functions/answer-pipe.ts';
import type { InvocationResult } from '../../functions/running-function.ts';
import type { Found } from './function.ts';
import type { Invocations, Run } from './invocation.ts';

export interface StreamingRun {
  /** Of a function that does not stream it is JSON, one piece. */
  readonly contentType: string;
  /** Ends when the function has ended, however it did. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** It failed before it wrote anything. */
  readonly failure?: InvocationResult;
  readonly ended: Promise<InvocationResult>;
  /** Nobody reads the pieces. */
  leave(): void;
}

/**
 * Resolves with the first piece, or when the function has ended without one.
 * @throws ServiceError when it was not invoked
 */
export async function runStreaming(invocations: Invocations, found: Found, run: Run): Promise<StreamingRun> {
  const pipe = new AnswerPipe();
  const ended = invocations.run(found, { ...run, sink: pipe }).finally(() => pipe.end());
  // A fault of ours: whoever reads is told, and nobody need.
  ended.catch(() => {});
  const first = await pipe.begun;
  if (first) return { contentType: first.contentType, pieces: pipe, ended, leave: () => pipe.leave() };
  const result = await ended;
  const { streamed, failed, payload } = result;
  return {
    contentType: streamed ? 'application/octet-stream' : 'application/json',
    pieces: each(failed || streamed ? [] : [Buffer.from(payload)]),
    ...(failed && { failure: result }),
    ended,
    leave() {},
  };
}

async function* each(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
