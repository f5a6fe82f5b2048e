import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../json.ts';
import { SyntaxFault } from '../reading.ts';
import { parsePath } from './parse.ts';
import { select } from './select.ts';

interface Case {
  readonly path: string;
  /** Left out: the table's. */
  readonly document?: Json;
  readonly gives?: Json;
  readonly fails?: string;
  readonly refused?: true;
  readonly source: string;
}

const { about, document, cases } = JSON.parse(
  readFileSync(new URL('../cases/json-path.json', import.meta.url), 'utf8'),
) as { readonly about: string; readonly document: Json; readonly cases: readonly Case[] };

describe(about, () => {
  for (const one of cases) {
    const { path, gives, fails, refused, source } = one;
    const value = 'document' in one ? (one.document ?? null) : document;
    if (refused) {
      it(`refuses ${path} (${source})`, () => {
        expect(() => parsePath(path)).toThrow(SyntaxFault);
      });
    } else {
      it(`${path} ${fails === undefined ? 'selects' : 'fails'} (${source})`, () => {
        expect(outcomeOf(path, value)).toEqual(fails === undefined ? { gives } : { fails });
      });
    }
  }
});

function outcomeOf(path: string, document: Json): { gives: Json } | { fails: string } {
  try {
    return { gives: select(parsePath(path), document) ?? null };
  } catch (error) {
    return { fails: String((error as Error).message) };
  }
}
