// One scalar of an event, and whether a term matches it.
import { isInRange, parseAddress } from './language/address.ts';
import { matchesFolded, wellFormed } from './language/casefold.ts';
import { comparableNumber } from './language/number.ts';
import { matchesWildcard } from './language/wildcard.ts';
import type { Term } from './pattern.ts';

/** A string, a number or one of true, false and null. `text` is a string's characters, else the JSON text. */
export interface Leaf {
  readonly kind: 'string' | 'number' | 'literal';
  readonly text: string;
}

/** True when the value is what the term asks for. A value that is there never satisfies `exists: false`. */
export function matchesTerm(term: Term, leaf: Leaf): boolean {
  switch (term.kind) {
    case 'string':
      return leaf.kind === 'string' && leaf.text === term.text;
    case 'literal':
      return leaf.kind === 'literal' && leaf.text === term.text;
    case 'number':
      return leaf.kind === 'number' && comparableNumber(leaf.text) === term.value;
    case 'spelling':
      return leaf.kind === 'number' && leaf.text === term.text;
    case 'range': {
      const value = leaf.kind === 'number' ? comparableNumber(leaf.text) : undefined;
      if (value === undefined) return false;
      const above = term.lowIncluded ? value >= term.low : value > term.low;
      return above && (term.highIncluded ? value <= term.high : value < term.high);
    }
    case 'address': {
      const digits = leaf.kind === 'string' ? parseAddress(leaf.text) : undefined;
      return digits !== undefined && isInRange(digits, term.range);
    }
    case 'exists':
      return term.present;
    case 'not-strings':
      return leaf.kind !== 'string' || !term.texts.includes(leaf.text);
    case 'not-numbers': {
      const value = leaf.kind === 'number' ? comparableNumber(leaf.text) : undefined;
      return value === undefined || !term.values.includes(value);
    }
    case 'not':
      return !term.terms.some((negated) => matchesTerm(negated, leaf));
  }
  if (leaf.kind !== 'string') return false;
  const text = wellFormed(leaf.text);
  switch (term.kind) {
    case 'prefix':
      return text.startsWith(term.text);
    case 'suffix':
      return text.endsWith(term.text);
    case 'folded':
      return matchesFolded(term.folded, text, term.where);
    case 'wildcard':
      return matchesWildcard(term.runs, text);
  }
}
