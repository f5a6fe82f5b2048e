// Waits that failed and that nobody has awaited so far. Their subscription tells of them when it is closed; of those whose subscription
// never is, the process tells when it ends, and ends with code 1: a failed wait that nobody hears of would be a passing test.
import { EarwitnessError, messageLines } from '../errors.ts';
import { type Line, line } from '../printing/line.ts';

/** As much of a wait as it takes. */
interface Failed {
  readonly awaited: boolean;
  readonly error: unknown;
}

let failed: Set<Failed> | undefined;

/** Tells of a failed wait at the process's end, if nobody awaits it until then. */
export function reportAtExit(wait: Failed): void {
  if (!failed) {
    failed = new Set();
    process.once('exit', reportAll);
  }
  failed.add(wait);
}

/** Its subscription has reported it. */
export function markReported(wait: Failed): void {
  failed?.delete(wait);
}

function reportAll(): void {
  const unawaited = [...(failed ?? [])].filter(({ awaited }) => !awaited);
  if (unawaited.length === 0) return;
  for (const { error } of unawaited) {
    const page = error instanceof EarwitnessError ? messageLines(error) : [wordsOf(error)];
    const [first = '', ...more] = page;
    const report = [line`earwitness: a wait failed, and nobody awaited it: ${first}`, ...more];
    process.stderr.write(`${report.join('\n')}\n`);
  }
  process.exitCode ||= 1;
}

/** What another error says, a signal's reason or a matcher's own fault. */
function wordsOf(error: unknown): Line {
  return line`${error instanceof Error ? error.message : String(error)}`;
}
