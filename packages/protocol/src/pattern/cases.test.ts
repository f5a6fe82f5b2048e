import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMatcher } from './indexed/matcher.ts';
import { InvalidEventPatternError } from './language/refusal.ts';
import { createLinearMatcher } from './linear.ts';
import { parsePattern } from './parse.ts';

// One table for every matcher. A pattern or event is JSON, or JSON text where spelling matters.
interface Case {
  readonly pattern: unknown;
  readonly source: string;
  readonly matches?: readonly unknown[];
  readonly misses?: readonly unknown[];
  readonly refused?: string;
}

const directory = new URL('./cases/', import.meta.url);
const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const matchers = { 'the linear matcher': createLinearMatcher, 'the fast matcher': createMatcher };

for (const file of readdirSync(directory)) {
  const { about, cases } = JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as {
    readonly about: string;
    readonly cases: readonly Case[];
  };
  describe(about, () => {
    for (const { pattern, refused, matches = [], misses = [], source } of cases) {
      const text = toText(pattern);
      if (refused !== undefined) {
        it(`refuses ${text} (${source})`, () => {
          expect(refusalOf(text)).toBe(refused);
        });
        continue;
      }
      for (const [name, create] of Object.entries(matchers)) {
        it(`${name} tells what ${text} matches (${source})`, () => {
          const matcher = create<string>();
          matcher.add('it', parsePattern(text));
          const matched = (event: string) => matcher.matchJson(event).length === 1;
          const bytes = (event: string) => matcher.matchJson(new TextEncoder().encode(event)).length === 1;
          const events = [...matches, ...misses].map(toText);
          expect(events.filter(matched)).toEqual(matches.map(toText));
          expect(events.filter(bytes)).toEqual(matches.map(toText));
        });
      }
    }
  });
}

function refusalOf(text: string): string {
  try {
    parsePattern(text);
  } catch (error) {
    if (error instanceof InvalidEventPatternError) return error.reason;
    throw error;
  }
  return 'accepted';
}
