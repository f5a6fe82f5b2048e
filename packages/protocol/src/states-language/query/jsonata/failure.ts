// How an evaluation fails besides the library's own errors.

/** A bound was passed. AWS puts a colon before these sentences, a full stop before all others. */
export class Exceeded extends Error {
  override name = 'Exceeded';
}

/** The result is a function. */
export class Unsupported extends Error {
  override name = 'Unsupported';
}

/** AWS's sentences, measured by a third party (Floci, JsonataEvaluatorTest, 2026-08-30). */
export const MEMORY = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';
export const TIME = 'Expression evaluation timeout: Check for infinite loop';
export const STACK =
  'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive';

/** An error of a function, as the library makes them: told as `D3137: Invalid JSON`. */
export function fault(message: string): Error {
  return Object.assign(new Error(message), { code: 'D3137' });
}
