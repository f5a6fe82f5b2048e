// Waits that failed and were not awaited so far. Their subscription reports them when it is closed. When it never is,
// they are reported at the end of the process, which then ends with code 1: an unreported failure would be a passing
// test.
import { EarwitnessError, messageLines } from '../errors.ts';
import { type Line, line } from '../printing/line.ts';

/** The part of a wait that is used. */
interface Failed {
  readonly awaited: boolean;
  readonly error: unknown;
}

let failed: Set<Failed> | undefined;

/** Reports a failed wait at the end of the process, unless it is awaited until then. */
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
    const report = [line`earwitness: a wait failed and was never awaited: ${first}`, ...more];
    process.stderr.write(`${report.join('\n')}\n`);
  }
  process.exitCode ||= 1;
}

/** The message of another error, such as a signal's reason. */
function wordsOf(error: unknown): Line {
  return line`${error instanceof Error ? error.message : String(error)}`;
}
