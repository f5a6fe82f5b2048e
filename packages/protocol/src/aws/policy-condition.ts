// Conditions of a policy's statement, and the variables that its texts may have.
import { matchesGlob } from './glob.ts';

/** Condition keys, such as `aws:SourceArn`, and their values; keys are compared without regard to case. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

export interface Condition {
  /** As written: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
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

type Compare = (wanted: string, given: string) => boolean;

const equals: Compare = (wanted, given) => wanted === given;
const equalsIgnoringCase: Compare = (wanted, given) => wanted.toLowerCase() === given.toLowerCase();

const OPERATORS: Readonly<Record<string, { readonly compare: Compare; readonly negated?: true }>> = {
  StringEquals: { compare: equals },
  StringNotEquals: { compare: equals, negated: true },
  StringEqualsIgnoreCase: { compare: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoringCase, negated: true },
  StringLike: { compare: matchesGlob },
  StringNotLike: { compare: matchesGlob, negated: true },
  // ArnEquals and ArnLike behave alike. Source: IAM guide, "Condition operators", ARN.
  ArnEquals: { compare: matchesArn },
  ArnLike: { compare: matchesArn },
  ArnNotEquals: { compare: matchesArn, negated: true },
  ArnNotLike: { compare: matchesArn, negated: true },
  Bool: { compare: equalsIgnoringCase },
};

export function firstUnmetCondition(
  conditions: readonly Condition[],
  context: Context,
  expand: Expand,
): 'unmet' | 'unknown operator' | undefined {
  let unmet: 'unmet' | undefined;
  for (const condition of conditions) {
    const values = condition.values.map(expand).filter((value) => value !== undefined);
    const met = isMet({ ...condition, values }, context);
    if (met === undefined) return 'unknown operator';
    if (!met) unmet = 'unmet';
  }
  return unmet;
}

/** Whether a condition holds; `undefined` when its operator is not known here. */
function isMet(condition: Condition, context: Context): boolean | undefined {
  const { quantifier, name, ifExists } = parseOperator(condition.operator);
  const given = lookUp(context, condition.key);
  if (name === 'Null')
    return condition.values.some((value) => (value.toLowerCase() === 'true') === (given === undefined));
  const operator = OPERATORS[name];
  if (!operator) return undefined;
  if (given === undefined) return ifExists || operator.negated === true || quantifier === 'ForAllValues';
  const isOne = (value: string) =>
    condition.values.some((wanted) => operator.compare(wanted, value)) !== (operator.negated === true);
  return quantifier === 'ForAllValues' ? given.every(isOne) : given.some(isOne);
}

/** Whether `ForAnyValue:StringLikeIfExists` and the like is evaluated here. */
export function isKnownOperator(operator: string): boolean {
  const { name } = parseOperator(operator);
  return name === 'Null' || OPERATORS[name] !== undefined;
}

function parseOperator(operator: string): { quantifier?: string; name: string; ifExists: boolean } {
  const [, quantifier, base = '', suffix] = /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  return { ...(quantifier !== undefined && { quantifier }), name: base, ifExists: suffix !== undefined };
}

function lookUp(context: Context, key: string): readonly string[] | undefined {
  const wanted = key.toLowerCase();
  for (const [name, value] of Object.entries(context)) {
    if (name.toLowerCase() === wanted) return typeof value === 'string' ? [value] : value;
  }
  return undefined;
}

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
