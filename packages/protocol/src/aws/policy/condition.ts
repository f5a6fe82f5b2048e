// Conditions of a policy's statement, and the variables that its texts may have.
import { matchesGlob } from '../glob.ts';
import { isInRange } from './ip-range.ts';

/** Condition keys, such as `aws:SourceArn`, and their values; keys are compared without regard to case. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

export interface Condition {
  /** As written: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  /** What the operator says. */
  readonly test: Test;
  readonly key: string;
  readonly values: readonly string[];
}

/** A text with its variables replaced; `undefined` when one of them has no value, so that nothing equals it. */
export type Expand = (text: string) => string | undefined;

// Source: IAM guide, "IAM policy elements: Variables and tags": a key, or a key with a default in quotes; `${*}`,
// `${?}` and `${$}` are the signs themselves.
const VARIABLE = /\$\{([^},]+)(?:,\s*'([^']*)')?\}/g;

export function expandVariables(text: string, context: Context): string | undefined {
  if (!text.includes('${')) return text;
  let isWhole = true;
  const expanded = text.replace(VARIABLE, (_, key: string, otherwise: string | undefined) => {
    if (key === '*' || key === '?' || key === '$') return key;
    const [value] = lookUp(context, key.trim()) ?? [otherwise];
    if (value === undefined) isWhole = false;
    return value ?? '';
  });
  return isWhole ? expanded : undefined;
}

/** Whether one value of the request (`given`) is what a policy asks for (`wanted`). */
type Compare = (wanted: string, given: string) => boolean;

const equals: Compare = (wanted, given) => wanted === given;
const equalsIgnoringCase: Compare = (wanted, given) => wanted.toLowerCase() === given.toLowerCase();

interface Operator {
  readonly compare: Compare;
  readonly negated?: true;
}

// Source: IAM guide, "IAM JSON policy elements: Condition operators".
const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries<Operator>({
    StringEquals: { compare: equals },
    StringNotEquals: { compare: equals, negated: true },
    StringEqualsIgnoreCase: { compare: equalsIgnoringCase },
    StringNotEqualsIgnoreCase: { compare: equalsIgnoringCase, negated: true },
    StringLike: { compare: matchesGlob },
    StringNotLike: { compare: matchesGlob, negated: true },
    ...ordered('Numeric', Number),
    ...ordered('Date', secondsOf),
    // ArnEquals and ArnLike behave alike.
    ArnEquals: { compare: matchesArn },
    ArnLike: { compare: matchesArn },
    ArnNotEquals: { compare: matchesArn, negated: true },
    ArnNotLike: { compare: matchesArn, negated: true },
    IpAddress: { compare: isInRange },
    NotIpAddress: { compare: isInRange, negated: true },
    // Both are base64.
    BinaryEquals: { compare: equals },
    Bool: { compare: equalsIgnoringCase },
  }).map(([name, operator]) => [name.toLowerCase(), operator]),
);

/** Operators that compare what texts stand for. What stands for nothing (`NaN`) is not less, greater or equal. */
function ordered(kind: 'Numeric' | 'Date', read: (text: string) => number): Readonly<Record<string, Operator>> {
  const by =
    (compare: (given: number, wanted: number) => boolean): Compare =>
    (wanted, given) =>
      compare(read(given), read(wanted));
  const same = by((given, wanted) => given === wanted);
  return {
    [`${kind}Equals`]: { compare: same },
    [`${kind}NotEquals`]: { compare: same, negated: true },
    [`${kind}LessThan`]: { compare: by((given, wanted) => given < wanted) },
    [`${kind}LessThanEquals`]: { compare: by((given, wanted) => given <= wanted) },
    [`${kind}GreaterThan`]: { compare: by((given, wanted) => given > wanted) },
    [`${kind}GreaterThanEquals`]: { compare: by((given, wanted) => given >= wanted) },
  };
}

/** A date of ISO 8601, or seconds since 1970, in whole seconds. */
function secondsOf(text: string): number {
  return Math.floor(/^-?\d{5,}$/.test(text) ? Number(text) : Date.parse(text) / 1000);
}

/** An operator with what stands before and after its name. */
interface Test {
  readonly quantifier?: 'any' | 'all';
  readonly ifExists: boolean;
  readonly operator: Operator | 'null';
}

/** Reads `ForAnyValue:StringLikeIfExists`; `undefined` when there is no such operator. */
export function parseOperator(text: string): Test | undefined {
  const [, any, all, name = '', suffix] = OPERATOR.exec(text) ?? [];
  const operator = name.toLowerCase() === 'null' ? 'null' : OPERATORS.get(name.toLowerCase());
  if (operator === undefined) return undefined;
  const quantifier = any === undefined ? all && ('all' as const) : ('any' as const);
  return { operator, ifExists: suffix !== undefined, ...(quantifier && { quantifier }) };
}

const OPERATOR = /^(?:(ForAnyValue:)|(ForAllValues:))?(.*?)(IfExists)?$/i;

export function meetsAll(conditions: readonly Condition[], context: Context, expand: Expand): boolean {
  return conditions.every(({ test, key, values }) => {
    const wanted = values.map(expand).filter((value) => value !== undefined);
    return meets(test, wanted, lookUp(context, key));
  });
}

function meets(
  { operator, quantifier, ifExists }: Test,
  wanted: readonly string[],
  given: readonly string[] | undefined,
): boolean {
  if (operator === 'null') return wanted.some((value) => (value.toLowerCase() === 'true') === (given === undefined));
  const { compare, negated = false } = operator;
  if (given === undefined) return ifExists || negated || quantifier === 'all';
  const isOne = (value: string) => wanted.some((one) => compare(one, value)) !== negated;
  return quantifier === 'all' ? given.every(isOne) : given.some(isOne);
}

function lookUp(context: Context, key: string): readonly string[] | undefined {
  const wanted = key.toLowerCase();
  for (const [name, value] of Object.entries(context)) {
    if (name.toLowerCase() === wanted) return typeof value === 'string' ? [value] : value;
  }
  return undefined;
}

// ARNs are compared part by part: `*` does not reach over a colon, except in the resource, which is the rest.
function matchesArn(pattern: string, text: string): boolean {
  const wanted = splitArn(pattern);
  const given = splitArn(text);
  if (!wanted || !given) return false;
  return wanted.every((part, index) => matchesGlob(part, given[index] ?? ''));
}

function splitArn(text: string): string[] | undefined {
  const parts = text.split(':');
  if (parts[0] !== 'arn' || parts.length < 6) return undefined;
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
