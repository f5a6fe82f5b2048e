// From a pattern's text to rules. Accepts and refuses what the cloud does, with its sentences, in its order: the text
// is read once from left to right, the first thing wrong is named, and what follows the closing brace is not read at
// all.
//
// The length limit of 4,096 characters is not here: it is a constraint of the service's model and has another error.
import { checkComplexity } from './language/complexity.ts';
import { parseMatchExpression, parseScalar } from './language/expression.ts';
import { InvalidEventPatternError } from './language/refusal.ts';
import { Tokens } from './language/tokens.ts';
import type { Field, Pattern, Rule, Term } from './pattern.ts';

/**
 * Rules that one pattern may multiply out to. Source: EventBridge user guide, "Complex example with multiple matching".
 */
const MAX_COMBINATIONS = 1000;

/** Names that are operators, or are kept for future ones; no field below `$or` may have them. Source: event-ruler. */
const RESERVED_NAMES = new Set([
  'exactly',
  'equals-ignore-case',
  'prefix',
  'suffix',
  'anything-but',
  'exists',
  'wildcard',
  'numeric',
  'cidr',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
]);

/** A rule while it is read: the last list for a path wins. */
type Draft = Map<string, readonly Term[]>;

/**
 * Parses an event pattern.
 *
 * @param pattern JSON text, as PutRule takes it, or the object itself. Text says more: spelling of numbers, repeated
 * keys.
 * @throws InvalidEventPatternError whose message is the cloud's reason, without `Event pattern is not valid. Reason: `.
 * @example
 * import { parsePattern } from '@earwitness/protocol/pattern';
 *
 * parsePattern({ source: ['orders'], detail: { total: [{ numeric: ['>', 100] }] } })
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function parsePattern(pattern: string | object): Pattern {
  return parsePatternWhere(pattern, () => true);
}

/** The same where `$or` below the path `base` is an operator only when `isOr` says so; else it is a field's name. */
export function parsePatternWhere(pattern: string | object, isOr: (base: string) => boolean): Pattern {
  const text = typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
  const tokens = new Tokens(text);
  if (tokens.next() !== '{') throw tokens.refusal('Filter is not an object');
  const rules = parseObject({ tokens, isOr }, [], { base: '', insideOr: false }).map(sortFields);
  checkComplexity(rules);
  return { text, rules };
}

function sortFields(draft: Draft): Rule {
  const fields: Field[] = [];
  for (const [path, terms] of draft) fields.push({ path, terms });
  return fields.length === 1 ? fields : fields.sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Reading {
  readonly tokens: Tokens;
  readonly isOr: (base: string) => boolean;
}

interface Place {
  readonly base: string;
  readonly insideOr: boolean;
}

/** Reads an object whose brace is open into every draft. Changes and returns the drafts, or returns more for `$or`. */
function parseObject(reading: Reading, given: readonly Draft[], { base, insideOr }: Place): readonly Draft[] {
  const { tokens, isOr } = reading;
  let drafts = given;
  let token = tokens.next();
  if (token === '}') throw tokens.refusal('Empty objects are not allowed');
  for (; token !== '}'; token = tokens.next()) {
    const name = tokens.text();
    if (name === '$or' && isOr(base)) {
      drafts = parseOr(reading, drafts, base);
      continue;
    }
    if (insideOr && RESERVED_NAMES.has(name)) {
      throw tokens.refusal(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    }
    const path = base === '' ? name : `${base}.${name}`;
    const value = tokens.next();
    if (value === '{') {
      drafts = parseObject(reading, drafts, { base: path, insideOr });
    } else if (value === '[') {
      const terms = parseTerms(tokens);
      if (drafts.length === 0) drafts = [new Map()];
      for (const draft of drafts) draft.set(path, terms);
    } else {
      throw tokens.refusal(`"${name}" must be an object or an array`);
    }
  }
  return drafts;
}

/** Each branch continues each draft: the cross product. */
function parseOr(reading: Reading, given: readonly Draft[], base: string): readonly Draft[] {
  const { tokens } = reading;
  if (tokens.next() !== '[') throw tokens.refusal('It must be an Array followed with $or.');
  const drafts: Draft[] = [];
  let branches = 0;
  for (let token = tokens.next(); token !== ']'; token = tokens.next()) {
    if (token !== '{') throw tokens.refusal('Only JSON object is allowed in array of $or relationship.');
    branches++;
    const copies = given.length === 0 ? [new Map()] : given.map((draft) => new Map(draft));
    drafts.push(...parseObject(reading, copies, { base, insideOr: true }));
    if (drafts.length > MAX_COMBINATIONS) {
      // The limit is published, the cloud's sentence is not.
      throw new InvalidEventPatternError(`$or conditions make more than ${MAX_COMBINATIONS} combinations`);
    }
  }
  if (branches < 2) throw tokens.refusal('There must have at least 2 Objects in $or relationship.');
  return drafts;
}

function parseTerms(tokens: Tokens): readonly Term[] {
  const terms: Term[] = [];
  for (let token = tokens.next(); token !== ']'; token = tokens.next()) {
    terms.push(token === '{' ? parseMatchExpression(tokens) : parseScalar(tokens, token));
  }
  if (terms.length === 0) throw tokens.refusal('Empty arrays are not allowed');
  return terms;
}
