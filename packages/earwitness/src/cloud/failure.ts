// How a function failed: what Lambda returns in place of a result, and Step Functions has as the cause.
import { type Line, line } from '../printing/line.ts';

/** Ours: lines of a function's stack that a message shows. */
const SHOWN_FRAMES = 5;

export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** @param payload `{ errorType, errorMessage, trace }`, as runtimes write it; other values are their own message */
export function readFailure(payload: unknown): FunctionFailure {
  const { errorType, errorMessage, trace }: Readonly<Record<string, unknown>> =
    typeof payload === 'object' && payload !== null ? { ...payload } : {};
  return {
    errorType: typeof errorType === 'string' ? errorType : '',
    errorMessage: typeof errorMessage === 'string' ? errorMessage : JSON.stringify(payload),
    trace: Array.isArray(trace) ? trace.map(String) : [],
  };
}

/** `Error: what it said`, and the first lines of its stack. */
export function failureLines({ errorType, errorMessage, trace }: FunctionFailure): Line[] {
  const frames = trace.filter((text) => /^\s*at /.test(text)).slice(0, SHOWN_FRAMES);
  return [line`${[errorType, errorMessage].filter(Boolean).join(': ')}`, ...frames.map((text) => line`${text.trim()}`)];
}
