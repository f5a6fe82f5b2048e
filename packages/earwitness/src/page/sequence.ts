// The page of a sequence that did not come about: which step is missing, and whether it came, but too early.

import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { EventNotReceivedError } from '../errors.ts';
import type { Received } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';
import { rankNearMisses } from '../expectation/near-miss.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';
import { line, linesOf } from '../printing/line.ts';
import { duration, writePage } from './page.ts';
import { elapsed } from './timeline.ts';

/** What the page is about. */
export interface Sequence {
  readonly session: Session;
  readonly wait: Wait<never>;
  readonly expectations: readonly Expectation[];
  /** A match for each step that was met, from the first. */
  readonly found: readonly Received[];
}

const TOO_EARLY = `
The missing step came, but before the step it should follow. EventBridge
promises no order: events published apart may overtake each other.
To await them in any order: await Promise.all([events.waitFor…, …])`;

/** Writes the page. */
export async function sequenceError({ session, wait, expectations, found }: Sequence): Promise<EventNotReceivedError> {
  const all = session.recording.all();
  const total = expectations.length;
  const missing = expectations[found.length];
  const early = missing && all.find(({ message }) => missing.matches(message));
  const steps = expectations.map((step, index) => {
    const met = found[index];
    const outcome = met
      ? elapsed(met.receivedAt - session.openedAt)
      : index === found.length
        ? 'missing'
        : 'not reached';
    return line`  ${index + 1}. ${showControls(step.title).padEnd(44)} ${outcome}`;
  });
  const marks = new Map(found.map((one, index) => [one, `step ${index + 1}`]));
  if (early && !marks.has(early)) marks.set(early, `step ${found.length + 1}, too early`);
  const page = await writePage({
    session,
    wait,
    headline: () =>
      `step ${found.length + 1} of ${total} did not follow within ${duration(wait.timeoutMs)}: ${missing?.title}`,
    expectations,
    marks,
    findings: [line`Steps`, ...steps, ...(early ? linesOf(TOO_EARLY) : [])],
    ...(missing && !early ? { missed: rankNearMisses(missing, all) } : {}),
    end: { at: wait.startedAt + wait.timeoutMs, text: 'timed out' },
  });
  return new EventNotReceivedError(page, wait.facts(all));
}
