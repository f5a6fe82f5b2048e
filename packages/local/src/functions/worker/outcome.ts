// How an invocation left its worker, and what Lambda answers then.
import type { FunctionError } from './messages.ts';

/** After anything but `returned`, `too large` and `threw` the worker is gone. */
export type WorkerOutcome =
  | { readonly kind: 'returned'; readonly payload: string; readonly memoryBytes: number }
  /** The answer has more bytes than Lambda takes. */
  | { readonly kind: 'too large'; readonly sizeBytes: number; readonly memoryBytes: number }
  | { readonly kind: 'threw'; readonly error: FunctionError; readonly memoryBytes: number }
  /** An uncaught error. */
  | { readonly kind: 'died'; readonly error: FunctionError }
  | { readonly kind: 'init failed'; readonly error: FunctionError }
  | { readonly kind: 'out of memory' }
  | { readonly kind: 'exited'; readonly code: number };

export type Outcome = WorkerOutcome | { readonly kind: 'timed out'; readonly limitMs: number };

/** Bytes in a synchronous answer. Source: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (6 MB) */
export const RESPONSE_MAX_BYTES = 6_291_556;

/** The error that is answered, in Lambda's own words for what the function could not say itself. */
export function describeOutcome(outcome: Exclude<Outcome, { kind: 'returned' }>, requestId: string): FunctionError {
  const failure = (errorType: string, text: string) => ({
    errorType,
    errorMessage: `RequestId: ${requestId} Error: ${text}`,
  });
  switch (outcome.kind) {
    case 'threw':
    case 'died':
    case 'init failed':
      return outcome.error;
    case 'too large':
      return {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size (${outcome.sizeBytes} bytes) exceeded maximum allowed payload size (${RESPONSE_MAX_BYTES} bytes).`,
      };
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

/** Ours: frames of a stack, and characters of each, that the journal keeps. */
const STACK_FRAMES = 20;
const FRAME_CHARACTERS = 500;

/** The error as the journal keeps it, without the message that V8 writes over the frames. */
export function describeForJournal({ errorType, errorMessage, trace = [] }: FunctionError) {
  const frames = trace.filter((line) => /^\s+at /.test(line)).slice(0, STACK_FRAMES);
  const stack = frames.map((frame) => frame.trim().slice(0, FRAME_CHARACTERS));
  return { name: errorType, message: errorMessage, ...(stack.length > 0 && { stack }) };
}

/** The outcome as the journal names it. */
export function describeKind({
  kind,
}: Outcome): 'returned' | 'threw' | 'timed out' | 'out of memory' | 'exited' | 'failed to load' {
  switch (kind) {
    case 'init failed':
      return 'failed to load';
    case 'died':
      return 'threw';
    case 'too large':
      return 'returned';
    default:
      return kind;
  }
}
