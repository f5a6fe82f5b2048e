// How near a value comes to what a pattern asks for, and what to tell a person about the difference.
import type { Leaf } from '../leaf.ts';
import type { RangeTerm, Term } from '../pattern.ts';
import type { Tree } from '../tree.ts';

/** 0 is nothing in common, towards 1 is nearer. */
export interface Closeness {
  readonly score: number;
  readonly hint?: string;
}

/** Compares a value with an alternative that it does not match. */
export function findCloseness(term: Term, leaf: Leaf): Closeness {
  switch (term.kind) {
    case 'string':
      if (leaf.kind !== 'string') return wrongType('the string', term.text === leaf.text, leaf);
      return compareTexts(term.text, leaf.text);
    case 'literal':
    case 'spelling':
      return wrongType(term.kind === 'spelling' ? 'the number' : term.text, term.text === leaf.text, leaf);
    case 'number':
      if (leaf.kind !== 'number') return wrongType('the number', String(term.value) === leaf.text, leaf);
      return { score: proximity(term.value, Number(leaf.text)) };
    case 'range':
      if (leaf.kind !== 'number') return wrongType('a number', Number.isFinite(Number(leaf.text)), leaf);
      return { score: proximity(nearestEnd(term, Number(leaf.text)), Number(leaf.text)) };
    case 'exists':
      return { score: 0.3, hint: 'a value is there and none should be' };
    case 'not':
    case 'not-strings':
    case 'not-numbers':
      return { score: 0.5, hint: 'this value is excluded' };
  }
  if (leaf.kind !== 'string') return wrongType('a string', false, leaf);
  switch (term.kind) {
    case 'address':
      return compareTexts(term.text, leaf.text);
    case 'wildcard':
      return { score: sharedRuns(term.runs, leaf.text) };
    case 'prefix':
      return compareTexts(term.text, leaf.text.slice(0, term.text.length));
    case 'suffix':
      return compareTexts(term.text, lastUnits(leaf.text, term.text.length));
    case 'folded': {
      const { length } = term.text;
      const part = { whole: leaf.text, start: leaf.text.slice(0, length), end: lastUnits(leaf.text, length) }[
        term.where
      ];
      return { score: similarity(term.text.toLowerCase(), part.toLowerCase()) };
    }
  }
}

function lastUnits(text: string, length: number): string {
  return text.slice(Math.max(0, text.length - length));
}

function wrongType(wanted: string, sameText: boolean, leaf: Leaf): Closeness {
  const is = leaf.kind === 'string' ? 'a string' : leaf.kind === 'number' ? 'a number' : leaf.text;
  return { score: sameText ? 0.8 : 0.05, hint: `the event has ${is}, the pattern asks for ${wanted}` };
}

function compareTexts(expected: string, found: string): Closeness {
  if (expected.toLowerCase() === found.toLowerCase()) return { score: 0.95, hint: 'differs only in case' };
  if (expected.trim() === found.trim()) return { score: 0.95, hint: 'differs only in white space around it' };
  if (expected.normalize() === found.normalize()) {
    return { score: 0.95, hint: 'differs only in Unicode normalisation' };
  }
  return { score: similarity(expected, found) };
}

function proximity(expected: number, found: number): number {
  return 0.9 / (1 + Math.abs(expected - found) / Math.max(1, Math.abs(expected)));
}

function nearestEnd({ low, high }: RangeTerm, value: number): number {
  if (!Number.isFinite(low)) return high;
  return Number.isFinite(high) && Math.abs(high - value) < Math.abs(value - low) ? high : low;
}

function sharedRuns(runs: readonly string[], text: string): number {
  let at = 0;
  let shared = 0;
  let total = 0;
  for (const run of runs) {
    total += run.length;
    const found = text.indexOf(run, at);
    if (found === -1) continue;
    shared += run.length;
    at = found + run.length;
  }
  return total === 0 ? 0.1 : (0.9 * shared) / total;
}

const COMPARED_UNITS = 200;

/** Share of characters that need not change (Levenshtein), on the first 200 characters. */
export function similarity(a: string, b: string): number {
  const [left, right] = [a.slice(0, COMPARED_UNITS), b.slice(0, COMPARED_UNITS)];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const changed = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(changed, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  const length = Math.max(left.length, right.length);
  return length === 0 ? 1 : 0.9 * (1 - (previous[right.length] ?? 0) / length);
}

/** An alternative as it stands in a pattern. */
export function describeTerm(term: Term): string {
  switch (term.kind) {
    case 'string':
      return JSON.stringify(term.text);
    case 'literal':
    case 'spelling':
      return term.text;
    case 'number':
      return String(term.value);
    case 'address':
      return term.text.includes('/') ? JSON.stringify({ cidr: term.text }) : JSON.stringify(term.text);
    case 'exists':
      return JSON.stringify({ exists: term.present });
    case 'range':
      return JSON.stringify({ numeric: rangeEnds(term) });
    case 'not-strings':
      return JSON.stringify({ 'anything-but': term.texts.length === 1 ? term.texts[0] : term.texts });
    case 'not-numbers':
      return JSON.stringify({ 'anything-but': term.values.length === 1 ? term.values[0] : term.values });
    case 'not': {
      const kind = term.terms[0]?.kind ?? 'prefix';
      const texts = term.terms.map(({ text }) => text);
      const operand = texts.length === 1 ? texts[0] : texts;
      return JSON.stringify({ 'anything-but': { [kind === 'folded' ? 'equals-ignore-case' : kind]: operand } });
    }
    case 'folded': {
      const inner = { 'equals-ignore-case': term.text };
      if (term.where === 'whole') return JSON.stringify(inner);
      return JSON.stringify({ [term.where === 'start' ? 'prefix' : 'suffix']: inner });
    }
    default:
      return JSON.stringify({ [term.kind]: term.text });
  }
}

function rangeEnds({ low, lowIncluded, high, highIncluded }: RangeTerm): (string | number)[] {
  const bottom = Number.isFinite(low) ? [lowIncluded ? '>=' : '>', low] : [];
  return Number.isFinite(high) ? [...bottom, highIncluded ? '<=' : '<', high] : bottom;
}

/** A value as JSON. */
export function describeLeaf(leaf: Leaf): string {
  return leaf.kind === 'string' ? JSON.stringify(leaf.text) : leaf.text;
}

/** What stands near a path at which the event has nothing. */
export function hintForAbsent(event: Tree, path: string): string | undefined {
  let tree: Tree = event;
  let rest = path;
  let at = '';
  for (;;) {
    if (tree.kind === 'array') {
      const inner = tree.entries.find(({ value }) => value.kind === 'object' || value.kind === 'array');
      if (inner === undefined) return `${at} is an array without objects`;
      tree = inner.value;
      at += '[]';
      continue;
    }
    if (tree.kind !== 'object') return `${at} is ${describeLeaf(tree)}, not an object`;
    const { entries } = tree;
    const entry = entries.find(({ name }) => rest === name || rest.startsWith(`${name}.`));
    if (entry === undefined)
      return hintForName(
        entries.map(({ name }) => name),
        rest,
        at,
      );
    at = at === '' ? entry.name : `${at}.${entry.name}`;
    if (rest === entry.name) {
      return entry.value.kind === 'object' ? `${at} is an object, and only its leaves count` : `${at} has no value`;
    }
    tree = entry.value;
    rest = rest.slice(entry.name.length + 1);
  }
}

function hintForName(names: readonly string[], rest: string, at: string): string {
  const [wanted = ''] = rest.split('.');
  const where = at === '' ? 'the event' : at;
  const near = names
    .slice(0, 200)
    .map((name) => ({ name, score: similarity(name.toLowerCase(), wanted.toLowerCase()) }))
    .sort((a, b) => b.score - a.score)[0];
  if (near && near.score > 0.5) return `${where} has no "${wanted}"; did you mean "${near.name}"?`;
  const shown = names.slice(0, 8).map((name) => `"${name}"`);
  return `${where} has no "${wanted}"${shown.length === 0 ? ' (it is empty)' : `; it has ${shown.join(', ')}`}`;
}
