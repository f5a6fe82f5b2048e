// Regular expressions inside expressions. The library makes an engine of the class it is given, each time that a
// `/…/` is evaluated; this one searches in linear time and pays for it.
import type { createSearch, Search } from '../../../regular-expression/search.ts';

/** Instructions times characters in the time of a step (measured). */
const WORK_A_STEP = 24;

let searchFor: typeof createSearch | undefined;

/** The library makes engines without waiting: what they stand on has to be there before. */
export async function loadPatterns(): Promise<void> {
  searchFor ??= (await import('../../../regular-expression/search.ts')).createSearch;
}

/** Who counts the work. */
interface Payer {
  pay(steps: number): void;
}

const searches = new WeakMap<RegExp, Search>();

/** What the library calls a RegExp. */
export class LinearPattern {
  lastIndex = 0;
  readonly #search: Search;
  #payer: Payer | undefined;

  constructor(pattern: RegExp) {
    this.#search = searches.get(pattern) ?? compile(pattern);
    searches.set(pattern, this.#search);
    latest = this;
  }

  exec(text: string): PatternMatch | null {
    const { lastIndex: from } = this;
    const found = this.#search.find(text, from);
    this.#payer?.pay((((found?.end ?? text.length) - from + 1) * this.#search.size) / WORK_A_STEP);
    this.lastIndex = found?.end ?? 0;
    if (found === undefined) return null;
    return Object.assign([text.slice(found.start, found.end), ...found.groups], { index: found.start });
  }

  /** Called right after the library made one: nothing can come between. */
  static charge(payer: Payer): void {
    if (latest) latest.#payer = payer;
    latest = undefined;
  }
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

let latest: LinearPattern | undefined;

type PatternMatch = (string | undefined)[] & { readonly index: number };
