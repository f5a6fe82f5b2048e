// Filter policies of SNS subscriptions: event patterns with rules of their own. What they share with EventBridge (the
// operators, their sentences, how values match) is the pattern room's; what is otherwise stands here.
import { createMatcher } from '../pattern/indexed/matcher.ts';
import { InvalidEventPatternError } from '../pattern/language/refusal.ts';
import type { Matcher } from '../pattern/matcher.ts';
import { parsePatternWhere } from '../pattern/parse.ts';
import type { Pattern } from '../pattern/pattern.ts';

/** Where a policy looks: at a message's attributes, or into its body. */
export type FilterScope = 'MessageAttributes' | 'MessageBody';

/** Source: SNS developer guide, "Filter policy constraints", read 2026-11-28: keys and combinations of one policy. */
const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;

/** A policy that Amazon SNS refuses; `message` is its sentence after `FilterPolicy: `. */
export class InvalidFilterPolicyError extends Error {
  override readonly name = 'InvalidFilterPolicyError';
  /** The sentence stands alone, without `FilterPolicy: ` in front. */
  readonly isWhole: boolean;

  constructor(message: string, { isWhole = false }: { readonly isWhole?: boolean } = {}) {
    super(message);
    this.isWhole = isWhole;
  }
}

/** A checked policy: what the matcher takes. */
export interface FilterPolicy {
  readonly scope: FilterScope;
  readonly pattern: Pattern;
  /** Operators that SNS does not document and EventBridge has; AWS may refuse them. */
  readonly undocumented: readonly string[];
}

/**
 * Reads a filter policy as Subscribe and SetSubscriptionAttributes take it.
 * @throws InvalidFilterPolicyError
 */
export function parseFilterPolicy(text: string, scope: FilterScope): FilterPolicy {
  const tree = parseJson(text);
  const pattern = parseRules(text, tree);
  const undocumented = new Set<string>();
  const counted = countObject(tree, { path: '', depth: 1 }, undocumented);
  if (scope === 'MessageAttributes' && counted.isNested) {
    throw new InvalidFilterPolicyError('Filter policy scope MessageAttributes does not support nested filter policy', {
      isWhole: true,
    });
  }
  if (counted.keys.size > MAX_KEYS) {
    throw new InvalidFilterPolicyError(`Filter policy can not have more than ${MAX_KEYS} keys`);
  }
  if (counted.combinations > MAX_COMBINATIONS) throw new InvalidFilterPolicyError('Filter policy is too complex');
  return { scope, pattern, undocumented: [...undocumented] };
}

/** Many policies of one scope, asked together which of them take a message. */
export function createFilter<Key>(): Matcher<Key> {
  return createMatcher<Key>();
}

/** Whose policies take this body; one that is no JSON object is nobody's. */
export function matchBody<Key>(filter: Matcher<Key>, body: string): Key[] {
  if (!/^\s*\{/.test(body)) return [];
  try {
    return filter.matchJson(body);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's reader says what is wrong, in Jackson's words.
    throw new InvalidFilterPolicyError(`failed to parse JSON. ${redact(syntaxSentence(text))}`);
  }
}

function syntaxSentence(text: string): string {
  try {
    parsePatternWhere(text, () => false);
  } catch (error) {
    if (error instanceof InvalidEventPatternError) return error.message;
    throw error;
  }
  return 'Unexpected character after the end of the object';
}

/** Source: recorded on AWS (LocalStack, tests/aws/services/sns, test_validate_policy, 2025): the text is not shown. */
function redact(sentence: string): string {
  return sentence.replace(
    // One sentence may name two places.
    /\[Source: \(String\).*?; line: (\d+), column: (\d+)\]/gs,
    '[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: $1, column: $2]',
  );
}

function parseRules(text: string, tree: unknown): Pattern {
  try {
    return parsePatternWhere(text, (base) => isOperator(objectAt(tree, base)?.['$or']));
  } catch (error) {
    if (error instanceof InvalidEventPatternError) throw new InvalidFilterPolicyError(error.message);
    throw error;
  }
}

/**
 * `$or` is an operator when it is well formed, and the name of a field otherwise. Source: SNS developer guide, "Filter
 * policy logic", OR operator, read 2026-11-28.
 */
function isOperator(value: unknown): value is readonly Record<string, unknown>[] {
  return Array.isArray(value) && value.length >= 2 && value.every((one) => isRecord(one) && !hasOperatorName(one));
}

const OPERATORS = ['prefix', 'suffix', 'equals-ignore-case', 'anything-but', 'exists', 'wildcard', 'numeric', 'cidr'];

function hasOperatorName(one: Record<string, unknown>): boolean {
  return Object.keys(one).some((name) => OPERATORS.includes(name));
}

/** The first object that stands at a path of joined names, also inside of `$or`. */
function objectAt(tree: unknown, path: string): Record<string, unknown> | undefined {
  if (!isRecord(tree)) return undefined;
  if (path === '') return tree;
  for (const [name, inner] of Object.entries(tree)) {
    if (name === '$or' && Array.isArray(inner)) {
      for (const branch of inner) {
        const found = objectAt(branch, path);
        if (found) return found;
      }
    } else if (path === name || path.startsWith(`${name}.`)) {
      const found = objectAt(inner, path.slice(name.length + 1));
      if (found) return found;
    }
  }
  return undefined;
}

interface Counted {
  readonly keys: ReadonlySet<string>;
  /** The product over the keys of values × depth; the branches of `$or` are added up. */
  readonly combinations: number;
  readonly isNested: boolean;
}

interface Place {
  readonly path: string;
  readonly depth: number;
}

function countObject(tree: unknown, { path, depth }: Place, undocumented: Set<string>): Counted {
  const keys = new Set<string>();
  let combinations = 1;
  let isNested = false;
  const take = (counted: Counted) => {
    for (const key of counted.keys) keys.add(key);
    isNested ||= counted.isNested;
  };
  for (const [name, value] of Object.entries(isRecord(tree) ? tree : {})) {
    const inner = path === '' ? name : `${path}.${name}`;
    if (name === '$or' && isOperator(value)) {
      let sum = 0;
      for (const branch of value) {
        const counted = countObject(branch, { path, depth }, undocumented);
        take(counted);
        sum += counted.combinations;
      }
      combinations *= sum;
    } else if (isRecord(value)) {
      const counted = countObject(value, { path: inner, depth: depth + 1 }, undocumented);
      take(counted);
      isNested = true;
      combinations *= counted.combinations;
    } else if (Array.isArray(value)) {
      keys.add(inner);
      combinations *= value.length * depth;
      for (const term of value) noteOperators(term, undocumented);
    }
  }
  return { keys, combinations, isNested };
}

/**
 * @throws InvalidFilterPolicyError for what SNS was seen to refuse though EventBridge takes it. Source: recorded on AWS
 * (LocalStack, tests/aws/services/sns, anything-but with suffix, May 2024).
 */
function noteOperators(term: unknown, undocumented: Set<string>): void {
  if (!isRecord(term)) return;
  if ('wildcard' in term) undocumented.add('wildcard');
  const negated = term['anything-but'];
  if (!isRecord(negated)) return;
  if ('suffix' in negated) throw new InvalidFilterPolicyError('Unsupported anything-but pattern: suffix');
  for (const name of Object.keys(negated)) if (name !== 'prefix') undocumented.add(`anything-but ${name}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
