// What a parsed pattern is: rules that are alternatives ($or multiplied out), each a conjunction of fields.
import type { AddressRange } from './language/address.ts';
import type { FoldedText } from './language/casefold.ts';
import type { Wildcard } from './language/wildcard.ts';

/** A parsed, checked pattern. It matches when one of its rules does. */
export interface Pattern {
  /** The pattern's JSON text as it was given. */
  readonly text: string;
  readonly rules: readonly Rule[];
}

/**
 * Fields that must all match, sorted by path (UTF-16 order). The order matters to `exists: false` below arrays: it
 * looks at the array elements that the fields before it have chosen.
 */
export type Rule = readonly Field[];

/** One path and its alternatives. */
export interface Field {
  /** Names joined by dots; a dot inside a name is not told from one between two names. */
  readonly path: string;
  readonly terms: readonly Term[];
}

/** One alternative for a field's value. */
export type Term =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: 'true' | 'false' | 'null' }
  | { readonly kind: 'number'; readonly value: number }
  /** A number that no double holds exactly: compared by its spelling. */
  | { readonly kind: 'spelling'; readonly text: string }
  /** An IP address in any spelling, or a CIDR block. */
  | { readonly kind: 'address'; readonly text: string; readonly range: AddressRange }
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'suffix'; readonly text: string }
  | FoldedTerm
  | { readonly kind: 'wildcard'; readonly text: string; readonly runs: Wildcard }
  | RangeTerm
  | { readonly kind: 'exists'; readonly present: boolean }
  | { readonly kind: 'not-strings'; readonly texts: readonly string[] }
  | { readonly kind: 'not-numbers'; readonly values: readonly number[] }
  /** Anything but what one of these terms matches. */
  | { readonly kind: 'not'; readonly terms: readonly NegatedTerm[] };

/** `equals-ignore-case`, alone or inside `prefix` or `suffix`. */
export interface FoldedTerm {
  readonly kind: 'folded';
  readonly where: 'whole' | 'start' | 'end';
  readonly text: string;
  readonly folded: FoldedText;
}

/** `numeric` with an inequality; a missing end is infinite. */
export interface RangeTerm {
  readonly kind: 'range';
  readonly low: number;
  readonly lowIncluded: boolean;
  readonly high: number;
  readonly highIncluded: boolean;
}

/** What may stand inside `anything-but`: { … }. */
export type NegatedTerm = Extract<Term, { readonly kind: 'prefix' | 'suffix' | 'folded' | 'wildcard' }>;
