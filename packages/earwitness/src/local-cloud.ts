// The local cloud beside which a test runs: its admin API, where EARWITNESS_URL says that it is. Without the variable
// the test runs against AWS, and what only a local cloud can do is refused with a sentence that says what to use there.
import { NotLocalError } from './errors.ts';

/** Why something needs a local cloud. */
export interface LocalNeed {
  /** Half a sentence: `the time of AWS cannot be moved`. */
  readonly why: string;
  /** What to use on AWS, as an order: `wait longer`. */
  readonly instead: string;
}

/** The admin API (`http://127.0.0.1:4566/_earwitness`); undefined when the test runs against AWS. */
export function localUrl(): string | undefined {
  return process.env['EARWITNESS_URL'] || undefined;
}

/**
 * The same where there has to be one.
 * @param call what the test called: `cloud.advance()`
 * @throws NotLocalError
 */
export function demandLocal(call: string, need: LocalNeed): string {
  const url = localUrl();
  if (url === undefined) throw notLocal(call, need);
  return url;
}

/** The error of what cannot be done on AWS. */
export function notLocal(call: string, { why, instead }: LocalNeed): NotLocalError {
  return new NotLocalError(
    `${call} needs a local cloud, and EARWITNESS_URL is not set: ${why}. On AWS, ${instead}. See docs/guide/state.md.`,
  );
}
