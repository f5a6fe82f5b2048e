// Values that are evaluated: templates of JSONPath states, JSONata at any depth, variables that are assigned.
import { isArray, isObject, type Json } from '../../json.ts';
import { parseField } from '../../query/field.ts';
import { fail, inside, type Place, warn } from '../place.ts';
import type { Check } from './shape.ts';
import { parses } from './values.ts';

/** A payload template: at any depth, a member whose name ends in `.$` has a path or a call. */
export const template: Check = (value, at) => {
  if (isArray(value)) for (const [index, item] of value.entries()) template(item, inside(at, value, index));
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (name.endsWith('.$')) checkMember(name, member, at);
    else if (typeof member === 'string') suspectMember(name, member, inside(at, value, name));
    else template(member, inside(at, value, name));
    if (name.endsWith('.$') && Object.hasOwn(value, name.slice(0, -2))) {
      fail(at, `There should only be one of the following fields: [${name.slice(0, -2)}, ${name}]`);
    }
  }
};

function checkMember(name: string, value: Json, at: Place): void {
  if (typeof value === 'string' && parses(() => parseField(value))) return;
  fail(at, `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`);
}

/** What looks like a path is text here. The code is the service's; the sentence is ours. */
function suspectMember(name: string, value: string, at: Place): void {
  if (!/^(\$\$?\.|States\.[A-Z][A-Za-z0-9]*\()/.test(value)) return;
  warn(
    at,
    `The value of '${name}' looks like a path or a call, but is text: the name does not end with '.$'`,
    'NO_DOLLAR',
  );
}

/** JSONata: any value, with expressions in it. */
export const expressions: Check = (value, at) => {
  if (typeof value === 'string') noteExpression(value, at);
  else if (typeof value === 'object' && value !== null) {
    for (const [step, member] of Object.entries(value)) {
      expressions(member, inside(at, value, isArray(value) ? Number(step) : step));
    }
  }
};

/** What `check` wants or, in JSONata, an expression that gives it. */
export function orExpression(check: Check): Check {
  return (value, at) => {
    if (at.language === 'JSONata' && typeof value === 'string' && value.startsWith('{%')) noteExpression(value, at);
    else check(value, at);
  };
}

function noteExpression(value: string, at: Place): void {
  if (!value.startsWith('{%')) return;
  if (value.length < 4 || !value.endsWith('%}')) fail(at, 'JSONata string must start with {% and end with %}');
  else at.findings.expressions.push({ text: value.slice(2, -2), at });
}

/** A template in a JSONPath state, expressions in a JSONata state. */
export const templateOrExpressions: Check = (value, at) => {
  if (at.language === 'JSONata') expressions(value, at);
  else template(value, at);
};

/** An object whose members are templates or expressions. */
export const templateObject: Check = (value, at) => {
  if (isObject(value)) templateOrExpressions(value, at);
  else if (at.language === 'JSONata' && typeof value === 'string') expressions(value, at);
  else fail(at, 'Expected value of type Object');
};

/** Source: Step Functions developer guide, "Passing data with variables": a Unicode identifier of at most 80 signs. */
const VARIABLE = /^\p{ID_Start}\p{ID_Continue}*$/u;
const VARIABLE_MAX = 80;

export const assignments: Check = (value, at) => {
  if (!isObject(value)) return fail(at, 'Expected value of type Object');
  for (const member of Object.keys(value)) {
    const name = at.language === 'JSONPath' ? member.replace(/\.\$$/, '') : member;
    const place = inside(at, value, member);
    if (name === 'states') fail(place, "Cannot assign to reserved variable '$states'.", 'RESERVED_VARIABLE_NAME');
    else if (name.length > VARIABLE_MAX || !VARIABLE.test(name)) {
      fail(place, `Invalid variable name '${name}': the variable name ${faultOf(name)}.`, 'INVALID_VARIABLE_NAME');
    }
  }
  templateOrExpressions(value, at);
};

function faultOf(name: string): string {
  return name.length > VARIABLE_MAX ? `exceeds ${VARIABLE_MAX} characters` : 'contains invalid characters';
}

/** Lets the expressions of a field see more than others do. */
export function seeing(sees: 'result' | 'errorOutput', check: Check): Check {
  return (value, at) => check(value, { ...at, sees });
}
