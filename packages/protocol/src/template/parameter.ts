// Template parameters: what was declared, what was given, and CloudFormation's sentences when the two do not fit.
// Values of AWS::SSM::Parameter::Value<…> are names here; whoever can read the parameter store replaces them
// afterwards.
import { ExpressionRefusal } from '../regular-expression/refusal.ts';
import type { WholeMatch } from '../regular-expression/whole-match.ts';
import type { Template } from './declaration.ts';
import { placeholderOf } from './placeholder.ts';
import type { Missing, Problem } from './problem.ts';
import { isList, plainText, scalarText, type ValueMap } from './value.ts';

export interface GivenParameter {
  readonly key: string;
  readonly value?: string | undefined;
  readonly usePreviousValue?: boolean | undefined;
}

export interface ParameterValue {
  readonly key: string;
  readonly type: string;
  /** As given or defaulted: what DescribeStacks shows unless `noEcho`. */
  readonly text: string;
  readonly noEcho: boolean;
}

/** What CloudFormation shows in place of a NoEcho parameter's value. */
export const HIDDEN_VALUE = '****';

const TYPE =
  /^(String|Number|CommaDelimitedList|List<(String|Number|AWS::[A-Za-z0-9:]+)>|AWS::[A-Za-z0-9]+::[A-Za-z0-9:]+(<(String|CommaDelimitedList|List<[A-Za-z0-9:]+>|AWS::[A-Za-z0-9:]+)>)?)$/;

/** Source: CloudFormation quotas, "Parameter values". */
const MAX_VALUE = 4096;

export interface ParameterOptions {
  readonly previous?: readonly ParameterValue[] | undefined;
  /** Called where a parameter has an AllowedPattern. */
  readonly matchesWhole: WholeMatch;
}

/** Whether a parameter has an AllowedPattern: only then is the engine of regular expressions loaded. */
export function hasAllowedPattern({ parameters }: Pick<Template, 'parameters'>): boolean {
  return Object.values(parameters).some((declared) => declared['AllowedPattern'] !== undefined);
}

/**
 * The value of every declared parameter: given, else previous when asked for, else the default; a placeholder for one
 * that is missing.
 */
export function parameterValues(
  template: Pick<Template, 'parameters' | 'source'>,
  given: readonly GivenParameter[],
  { previous = [], matchesWhole }: ParameterOptions,
): { readonly values: ParameterValue[]; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const unknown = given.filter(({ key }) => !Object.hasOwn(template.parameters, key)).map(({ key }) => key);
  if (unknown.length > 0) {
    problems.push({ message: `Parameters: [${unknown.join(', ')}] do not exist in the template` });
  }
  const givenByKey = new Map(given.map((item) => [item.key, item]));
  const previousByKey = new Map(previous.map((item) => [item.key, item.text]));
  const missing: Missing[] = [];
  const values: ParameterValue[] = [];
  for (const [key, declared] of Object.entries(template.parameters)) {
    const type = scalarText(declared['Type']) ?? '';
    const line = template.source.lineOf(declared);
    if (!TYPE.test(type)) {
      problems.push({
        message:
          type === ''
            ? `Template format error: Every Parameters object must contain a Type member. (${key})`
            : `Template format error: Unrecognized parameter type: ${type}`,
        line: template.source.lineOf(declared, 'Type'),
      });
      values.push({ key, type: 'String', text: '', noEcho: false });
      continue;
    }
    const asked = givenByKey.get(key);
    const kept = asked?.usePreviousValue ? previousByKey.get(key) : undefined;
    const text = asked?.value ?? kept ?? defaultText(declared);
    const noEcho = plainText(declared['NoEcho']) === 'true';
    if (text === undefined) {
      const isFit = (value: string) => violations({ key, declared, type, text: value, matchesWhole }).length === 0;
      const value = placeholderOf({ key, declared, type, isFit });
      missing.push({ kind: 'parameter', name: key, value, line });
      values.push({ key, type, text: value, noEcho });
      continue;
    }
    problems.push(...violations({ key, declared, type, text, matchesWhole }).map((message) => ({ message, line })));
    values.push({ key, type, text, noEcho });
  }
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    problems.push({ message: `Parameters: [${names}] must have values`, missing });
  }
  return { values, problems };
}

/** What `Ref` answers for a parameter's text: a list for list types. */
export function parameterReference(type: string, text: string): string | readonly string[] {
  if (!type.includes('CommaDelimitedList') && !type.includes('List<')) return text;
  return text === '' ? [] : text.split(',').map((item) => item.trim());
}

/** Whether a parameter's text names an entry of the parameter store that holds the value. */
export function isStoredParameter(type: string): boolean {
  return type.startsWith('AWS::SSM::Parameter::Value<');
}

function defaultText(declared: ValueMap): string | undefined {
  const value = declared['Default'];
  return isList(value) ? value.map((item) => scalarText(item) ?? '').join(',') : scalarText(value);
}

function violations(options: {
  readonly key: string;
  readonly declared: ValueMap;
  readonly type: string;
  readonly text: string;
  readonly matchesWhole: WholeMatch;
}): string[] {
  const { key, declared, type, text, matchesWhole } = options;
  const values = [parameterReference(type, text)].flat();
  if (text.length > MAX_VALUE) return [`Parameter '${key}' must contain at most ${MAX_VALUE} characters`];
  // A long list breaks the same constraint many times.
  const found = new Set(patternViolations({ key, declared, values, matchesWhole }));
  const numeric = type === 'Number' || type === 'List<Number>';
  const limit = (name: string) => {
    const number = scalarText(declared[name]);
    return number === undefined ? undefined : Number(number);
  };
  const allowed = declared['AllowedValues'];
  const allowedTexts = isList(allowed) ? new Set(allowed.map(scalarText)) : undefined;
  const [minLength, maxLength] = [limit('MinLength'), limit('MaxLength')];
  const [minValue, maxValue] = [limit('MinValue'), limit('MaxValue')];
  for (const value of values) {
    if (numeric && (value.trim() === '' || !Number.isFinite(Number(value))))
      found.add(`Parameter '${key}' must be a number.`);
    if (allowedTexts && !allowedTexts.has(value)) found.add(`Parameter '${key}' must be one of AllowedValues`);
    if (minLength !== undefined && value.length < minLength) {
      found.add(`Parameter '${key}' must contain at least ${minLength} characters`);
    }
    if (maxLength !== undefined && value.length > maxLength) {
      found.add(`Parameter '${key}' must contain at most ${maxLength} characters`);
    }
    if (numeric && minValue !== undefined && Number(value) < minValue) {
      found.add(`Parameter '${key}' must be a number not less than ${minValue}`);
    }
    if (numeric && maxValue !== undefined && Number(value) > maxValue) {
      found.add(`Parameter '${key}' must be a number not greater than ${maxValue}`);
    }
  }
  return [...found];
}

/** AllowedPattern is a Java regular expression that each value has to match as a whole. */
function patternViolations(options: {
  readonly key: string;
  readonly declared: ValueMap;
  readonly values: readonly string[];
  readonly matchesWhole: WholeMatch;
}): string[] {
  const { key, declared, values, matchesWhole } = options;
  const pattern = scalarText(declared['AllowedPattern']);
  if (pattern === undefined) return [];
  try {
    if (values.every((value) => matchesWhole(pattern, value))) return [];
  } catch (error) {
    if (error instanceof ExpressionRefusal) return [`AllowedPattern of parameter '${key}' ${error.message}`];
    throw error;
  }
  const description = scalarText(declared['ConstraintDescription']);
  return [
    description === undefined
      ? `Parameter '${key}' must match pattern ${pattern}`
      : `Parameter ${key} failed to satisfy constraint: ${description}`,
  ];
}
