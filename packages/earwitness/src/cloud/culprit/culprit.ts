// What kept an item or an execution from coming, from the local cloud's journal: the sections that end or begin a page.
import type { Expectation } from '../../expectation/expectation.ts';
import { findRunningTest } from '../../hearing/running-test/running-test.ts';
import { localUrl } from '../../local-cloud.ts';
import { causeSection } from '../../page/cause.ts';
import { consoleSection } from '../../page/journal/console.ts';
import { findInJournal } from '../../page/journal/findings.ts';
import { readJournal } from '../../page/journal/journal.ts';
import type { Line } from '../../printing/line.ts';
import { choosePaint } from '../../printing/paint.ts';

/** Sections of a page; empty where nothing is known. */
export interface Culprit {
  /** For the headline; undefined unless it is surely the test's. */
  readonly headline: string | undefined;
  readonly cause: readonly Line[];
  readonly console: readonly Line[];
}

const UNKNOWN: Culprit = { headline: undefined, cause: [], console: [] };

/**
 * Looks for it since the test began.
 * @param startedAt when the wait began, for where no runner tells of the test
 */
export async function findCulprit(missed: Expectation, startedAt: number): Promise<Culprit> {
  if (localUrl() === undefined) return UNKNOWN;
  const test = findRunningTest();
  const beganAt = test?.beganAt ?? startedAt;
  const excerpt = await readJournal(beganAt);
  if (!excerpt) return UNKNOWN;
  const { cause, place } = await findInJournal(excerpt, {
    test: { beganAt, aloneSince: test?.isConcurrent === false ? beganAt : Number.POSITIVE_INFINITY },
    missed,
    ...{ heard: [], isRecord: true, route: '', letters: [] },
  });
  const paint = choosePaint();
  return {
    headline: cause?.isSure ? cause.headline : undefined,
    cause: cause ? causeSection(cause, paint) : [],
    console: await consoleSection(place, paint),
  };
}

/** Where the console draws an execution. */
export function executionSection(executionArn: string | undefined): Promise<readonly Line[]> {
  const place = executionArn === undefined ? undefined : ({ page: 'request', id: executionArn } as const);
  return consoleSection(place, choosePaint());
}
