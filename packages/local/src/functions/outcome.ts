// How an invocation left its environment, and what Lambda answers then.

/** An error as a runtime writes it into an answer; `trace` by Node, `stackTrace` by others. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** After anything but `returned`, `streamed`, `too large` and `threw` the environment is gone. */
export type EnvironmentOutcome =
  /** All of the answer was handed over piece by piece. */
  { readonly kind: 'streamed'; readonly contentType: string; readonly memoryBytes: number } | CompleteOutcome;

/** How an invocation ended, with all of its answer. */
type CompleteOutcome =
  | { readonly kind: 'returned'; readonly payload: string; readonly memoryBytes: number }
  /** The answer has more bytes than Lambda takes. */
  | {
      readonly kind: 'too large';
      readonly sizeBytes: number;
      /** Default: of an answer that is not streamed. */
      readonly limitBytes?: number;
      readonly memoryBytes: number;
    }
  | (Thrown & { readonly kind: 'threw'; readonly memoryBytes: number })
  /** An uncaught error. */
  | (Thrown & { readonly kind: 'died' })
  | (Thrown & { readonly kind: 'init failed' })
  /** There is nothing to start: Lambda's type of error and its sentence. */
  | { readonly kind: 'not started'; readonly errorType: string; readonly text: string }
  | { readonly kind: 'out of memory' }
  | { readonly kind: 'exited'; readonly code: number }
  /** A signal ended its process: `SIGSEGV`. */
  | { readonly kind: 'killed'; readonly signal: string };

interface Thrown {
  readonly error: FunctionError;
  /** The error as its runtime wrote it, where that has a form of its own: it is answered as it is. JSON text. */
  readonly payload?: string;
}

export type Outcome = CompleteOutcome | { readonly kind: 'timed out'; readonly limitMs: number };

/** Bytes in a synchronous answer. Source: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (6 MB) */
export const RESPONSE_MAX_BYTES = 6_291_556;
/**
 * Bytes in a streamed answer (200 MB).
 * Source: docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
export const STREAM_MAX_BYTES = 209_715_200;

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
    case 'too large': {
      const { sizeBytes, limitBytes = RESPONSE_MAX_BYTES } = outcome;
      return {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size (${sizeBytes} bytes) exceeded maximum allowed payload size (${limitBytes} bytes).`,
      };
    }
    case 'timed out':
      return failure('Sandbox.Timedout', `Task timed out after ${(outcome.limitMs / 1000).toFixed(2)} seconds`);
    case 'not started':
      return failure(outcome.errorType, outcome.text);
    case 'out of memory':
      return failure('Runtime.ExitError', 'Runtime exited with error: signal: killed');
    case 'killed':
      return failure('Runtime.ExitError', `Runtime exited with error: signal: ${nameSignal(outcome.signal)}`);
    case 'exited':
      return failure(
        'Runtime.ExitError',
        outcome.code === 0
          ? 'Runtime exited without providing a reason'
          : `Runtime exited with error: exit status ${outcome.code}`,
      );
  }
}

/** As Lambda's supervisor, a program in Go, names it. Source: Go's package syscall, Signal.String on Linux. */
function nameSignal(signal: string): string {
  const names: Record<string, string> = {
    SIGABRT: 'aborted',
    SIGBUS: 'bus error',
    SIGFPE: 'floating point exception',
    SIGILL: 'illegal instruction',
    SIGINT: 'interrupt',
    SIGKILL: 'killed',
    SIGSEGV: 'segmentation fault',
    SIGTERM: 'terminated',
  };
  return names[signal] ?? signal;
}

/** Ours: frames of a stack, and characters of each, that the journal keeps. */
const STACK_FRAMES = 20;
const FRAME_CHARACTERS = 500;

/** A frame as Node and Python write it, or as Java does: `shop.Orders.handle(Orders.java:7)`. */
const FRAME = /^\s+(at |File ")|^[\w.$/]+\(.+\)$/;

/** The error as the journal keeps it: of its trace the frames only, a line each, the one that failed first. */
export function describeForJournal({ errorType, errorMessage, trace = [] }: FunctionError) {
  const frames = trace.filter((line) => FRAME.test(line)).map((frame) => frame.trim().split('\n', 1).join(''));
  // Python writes the call that failed last, and the line of code below each.
  const sorted = frames[0]?.startsWith('File "') ? frames.reverse() : frames;
  const stack = sorted.slice(0, STACK_FRAMES).map((frame) => frame.slice(0, FRAME_CHARACTERS));
  return { name: errorType, message: errorMessage, ...(stack.length > 0 && { stack }) };
}

/** The outcome as the journal names it. */
export function describeKind({
  kind,
}: Outcome): 'returned' | 'threw' | 'timed out' | 'out of memory' | 'exited' | 'failed to load' {
  switch (kind) {
    case 'init failed':
    case 'not started':
      return 'failed to load';
    case 'killed':
      return 'exited';
    case 'died':
      return 'threw';
    case 'too large':
      return 'returned';
    default:
      return kind;
  }
}
