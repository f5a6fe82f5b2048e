// Why an event matches a pattern, or how near it comes: for every field what was expected, what was there, and which
// alternative and which array element came closest. Of several $or branches the nearest is told. Data only; render.ts
// makes it readable.

import { bindPlace, type FlatEvent, flatten, type Occurrence, type Place, wantedPaths } from '../flatten.ts';
import { matchesTerm } from '../leaf.ts';
import type { Field, Pattern, Rule } from '../pattern.ts';
import { decodeUtf8 } from '../text.ts';
import { parseTree, type Tree, toJson } from '../tree.ts';
import { type Closeness, describeLeaf, describeTerm, findCloseness, hintForAbsent } from './closeness.ts';

/** What became of a pattern and an event. */
export interface Explanation {
  readonly matched: boolean;
  /** Every field of the rule that matched or came closest, sorted by path. */
  readonly fields: readonly FieldExplanation[];
  /** With `$or`: which combination of branches this is, from 1, and how many there are. Else 1 of 1. */
  readonly combination: number;
  readonly combinations: number;
}

/**
 * What became of one field.
 *
 * - `matched`: one of the alternatives matches.
 * - `missed`: there are values, and none matches.
 * - `absent`: there is no value, and one is needed.
 * - `elsewhere`: a value matches, but in another array element than the values of the fields before it.
 */
export interface FieldExplanation {
  readonly verdict: 'matched' | 'missed' | 'absent' | 'elsewhere';
  readonly path: string;
  /** The alternatives as they stand in a pattern: `"a"`, `{"prefix":"b"}`. */
  readonly expected: readonly string[];
  /** Values at the path (the first ten): in the array elements that the matched fields chose, when there are any. */
  readonly found: readonly FoundValue[];
  /** The alternative and the value that fit, or that came closest; none when nothing is there. */
  readonly closest?: Closest;
  /** For a tired person: "differs only in case", "did you mean …". */
  readonly hint?: string;
}

/** A value of the event that was looked at. */
export interface FoundValue {
  /** Where, array indexes included: `detail.items[2].sku`. */
  readonly at: string;
  /** As JSON. */
  readonly value: string;
}

/** The value that came closest to an alternative of the pattern, and that alternative. */
export interface Closest extends FoundValue {
  /** As it stands in the pattern. */
  readonly expected: string;
}

const SHOWN_VALUES = 10;
const TRIED_CHOICES = 200;
/**
 * Values that a search for fields that match together looks at before it gives up (ours): an explanation may be
 * approximate.
 */
const MAX_STEPS = 20_000;
const COMPARED_VALUES = 50;
const COMPARED_TERMS = 20;

/**
 * Explains why an event matches a pattern or does not.
 *
 * @param event the parsed event, or its JSON text or bytes.
 * @throws SyntaxError when the text is not JSON.
 * @example
 * import { explain, parsePattern, renderExplanation } from '@earwitness/protocol/pattern';
 *
 * renderExplanation(explain(parsePattern({ source: ['orders'] }), { source: 'Orders' }))
 */
export function explain(pattern: Pattern, event: unknown): Explanation {
  const tree = readEvent(event);
  const flat = flatten(tree, wantedPaths([pattern]));
  let best:
    | { readonly fields: readonly FieldExplanation[]; readonly score: number; readonly index: number }
    | undefined;
  for (const [index, rule] of pattern.rules.entries()) {
    const told = explainRule(rule, flat, tree);
    if (best === undefined || told.score > best.score) best = { ...told, index };
    if (best.fields.every(({ verdict }) => verdict === 'matched')) break;
  }
  const { fields = [], index = 0 } = best ?? {};
  return {
    matched: fields.every(({ verdict }) => verdict === 'matched'),
    fields,
    combination: index + 1,
    combinations: pattern.rules.length,
  };
}

function readEvent(event: unknown): Tree {
  if (typeof event === 'string') return parseTree(event);
  return parseTree(event instanceof Uint8Array ? decodeUtf8(event) : toJson(event));
}

interface Told {
  readonly fields: readonly FieldExplanation[];
  /** Mean over the fields: 1 for a match, less for a near miss. */
  readonly score: number;
}

/**
 * Tells a rule; when array elements keep its fields apart, whichever of them may choose the element so that most fits.
 */
function explainRule(rule: Rule, flat: FlatEvent, tree: Tree): Told {
  let best = explainInOrder(rule, rule, flat, tree);
  for (const [index, { verdict }] of best.fields.entries()) {
    const first = rule[index];
    if (verdict !== 'elsewhere' || first === undefined) continue;
    const told = explainInOrder(rule, [first, ...rule], flat, tree);
    if (told.score > best.score) best = told;
  }
  return best;
}

/** As many fields as can match together are let match, taken in this order; the others are told beside that choice. */
function explainInOrder(rule: Rule, order: readonly Field[], flat: FlatEvent, tree: Tree): Told {
  const together = new Set<Field>();
  const verdicts = new Map<Field, 'missed' | 'elsewhere'>();
  for (const field of new Set(order)) {
    together.add(field);
    if (!isEmpty(choices(rule, together, flat))) continue;
    together.delete(field);
    verdicts.set(field, isEmpty(choices(rule, new Set([field]), flat)) ? 'missed' : 'elsewhere');
  }
  let best: Told | undefined;
  let tried = 0;
  for (const choice of choices(rule, together, flat)) {
    const fields = rule.map((field) => explainField(field, verdicts.get(field), flat, tree, choice));
    const score = fields.reduce((sum, { score: one }) => sum + one, 0) / rule.length;
    if (best === undefined || score > best.score) best = { fields: fields.map(({ told }) => told), score };
    if (verdicts.size === 0 || ++tried === TRIED_CHOICES) break;
  }
  return best ?? { fields: [], score: 0 };
}

/** What one way to match has taken: a value for each field, and so array elements. */
interface Choice {
  readonly taken: ReadonlyMap<Field, Occurrence>;
  readonly place: Place | undefined;
}

/** All ways to match these fields of the rule together; one that takes nothing when there is no field. */
function choices(rule: Rule, fields: ReadonlySet<Field>, flat: FlatEvent): Generator<Choice> {
  return choose(
    rule.filter((field) => fields.has(field)),
    0,
    flat,
    { taken: new Map(), place: undefined },
    { left: MAX_STEPS },
  );
}

function* choose(
  fields: readonly Field[],
  index: number,
  flat: FlatEvent,
  choice: Choice,
  steps: { left: number },
): Generator<Choice> {
  const field = fields[index];
  if (field === undefined) {
    yield choice;
    return;
  }
  const occurrences = flat.get(field.path) ?? [];
  const mayBeAbsent = field.terms.some((term) => term.kind === 'exists' && !term.present);
  if (mayBeAbsent && occurrences.every(({ place }) => bindPlace(choice.place, place) === 'conflict')) {
    yield* choose(fields, index + 1, flat, choice, steps);
  }
  let chosenUnchanged = false;
  for (const occurrence of occurrences) {
    if (steps.left-- <= 0) return;
    const place = bindPlace(choice.place, occurrence.place);
    if (place === 'conflict' || (place === choice.place && chosenUnchanged)) continue;
    if (!field.terms.some((term) => matchesTerm(term, occurrence.leaf))) continue;
    chosenUnchanged ||= place === choice.place;
    yield* choose(fields, index + 1, flat, { taken: new Map(choice.taken).set(field, occurrence), place }, steps);
  }
}

function isEmpty(values: Generator<unknown>): boolean {
  return values.next().done === true;
}

function explainField(
  field: Field,
  missed: 'missed' | 'elsewhere' | undefined,
  flat: FlatEvent,
  tree: Tree,
  choice: Choice,
): { readonly told: FieldExplanation; readonly score: number } {
  const { path, terms } = field;
  const all = flat.get(path) ?? [];
  const inChoice = all.filter(({ place }) => bindPlace(choice.place, place) !== 'conflict');
  const occurrences = inChoice.length > 0 ? inChoice : all;
  const base = {
    path,
    expected: terms.map(describeTerm),
    found: occurrences.slice(0, SHOWN_VALUES).map(describeFound),
  };
  const taken = choice.taken.get(field);
  if (missed === undefined) {
    const term = taken && terms.find((candidate) => matchesTerm(candidate, taken.leaf));
    const closest = taken && term ? { closest: { ...describeFound(taken), expected: describeTerm(term) } } : {};
    return { told: { verdict: 'matched', ...base, ...closest }, score: 1 };
  }
  if (missed === 'elsewhere') {
    const match = all.find(({ leaf }) => terms.some((term) => matchesTerm(term, leaf)));
    const hint = match ? { hint: `the match at ${match.at} is in another array element than the other fields` } : {};
    const { told, closeness } = closestOf(field, occurrences);
    return { told: { verdict: missed, ...base, ...told, ...hint }, score: Math.max(0.5, 0.9 * closeness.score) };
  }
  if (all.length === 0) {
    const hint = hintForAbsent(tree, path);
    return { told: { verdict: 'absent', ...base, ...(hint === undefined ? {} : { hint }) }, score: 0 };
  }
  const { told, closeness } = closestOf(field, occurrences);
  const hint = closeness.hint === undefined ? {} : { hint: closeness.hint };
  return { told: { verdict: 'missed', ...base, ...told, ...hint }, score: 0.9 * closeness.score };
}

function closestOf(
  field: Field,
  occurrences: readonly Occurrence[],
): { told: { closest?: Closest }; closeness: Closeness } {
  let closest: Closest | undefined;
  let closeness: Closeness = { score: -1 };
  for (const occurrence of occurrences.slice(0, COMPARED_VALUES)) {
    for (const term of field.terms.slice(0, COMPARED_TERMS)) {
      const candidate = findCloseness(term, occurrence.leaf);
      if (candidate.score <= closeness.score) continue;
      closeness = candidate;
      closest = { ...describeFound(occurrence), expected: describeTerm(term) };
    }
  }
  return { told: closest ? { closest } : {}, closeness };
}

function describeFound({ at, leaf }: Occurrence): FoundValue {
  return { at, value: describeLeaf(leaf) };
}
