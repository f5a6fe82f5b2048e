// Regular expressions inside expressions, `/…/`: functions that find the next match in a text, in linear time, and
// pay for it. The library's own make a RegExp each, or an engine that is set for all expressions of the process at
// once.
import type { createSearch, Search } from '../../../regular-expression/search.ts';

/** Who counts the work. */
interface Payer {
  pay(steps: number): void;
}

/** As the library's functions take matches. */
interface Match {
  readonly match: string;
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
  readonly next: () => Match | undefined;
}

/** Instructions times characters in the time of a step (measured). */
const WORK_A_STEP = 24;

let searchFor: typeof createSearch | undefined;

/** What matches is made without waiting: what it stands on has to be there before. */
export async function loadPatterns(): Promise<void> {
  searchFor ??= (await import('../../../regular-expression/search.ts')).createSearch;
}

export function createMatcher(pattern: RegExp, payer: Payer): (text: unknown, from?: number) => Match | undefined {
  const matchAt = (given: unknown, from = 0): Match | undefined => {
    const text = String(given);
    const search = searchOf(pattern);
    const found = search.find(text, from);
    payer.pay((((found?.end ?? text.length) - from + 1) * search.size) / WORK_A_STEP);
    if (found === undefined) return undefined;
    const { start, end, groups } = found;
    const next = () => (end >= text.length ? undefined : progress(pattern, matchAt(text, end)));
    return { match: text.slice(start, end), start, end, groups, next };
  };
  return matchAt;
}

/** A match of nothing would be found again and again. */
function progress(pattern: RegExp, match: Match | undefined): Match | undefined {
  if (match?.match !== '') return match;
  throw Object.assign(new Error('Regular expression matches zero length string'), {
    code: 'D1004',
    value: pattern.source,
  });
}

const searches = new WeakMap<RegExp, Search>();

function searchOf(pattern: RegExp): Search {
  const search = searches.get(pattern) ?? compile(pattern);
  searches.set(pattern, search);
  return search;
}

function compile(pattern: RegExp): Search {
  if (searchFor === undefined) throw new Error('loadPatterns was not awaited');
  try {
    return searchFor(pattern.source, pattern.flags);
  } catch (cause) {
    throw new Error(`The regular expression /${pattern.source}/ ${cause instanceof Error ? cause.message : ''}`, {
      cause,
    });
  }
}
