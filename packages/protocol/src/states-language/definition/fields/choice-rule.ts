// The rules of Choice. JSONPath: a comparison, or And, Or, Not of some; only the outermost has `Next`. JSONata:
// `Condition`.
//
// Source: Amazon States Language, "Choice state"; measured with ValidateStateMachineDefinition, 2026-09-05
// (badmintoncryer/cdk-preflight, pf-sfn-asl-choice-rules).
import { OPERATORS, PATH_OPERATORS } from '../../choice/operators.ts';
import type { JsonObject } from '../../json.ts';
import { fail, type Place } from '../place.ts';
import { both, type Check, type Field, jsonata, jsonPath, object, required, type Shape } from './shape.ts';
import { assignments, expressions, orExpression } from './templates.ts';
import { anyNumber, filled, flag, text, timestamp, variablePath } from './values.ts';

/** What an operator compares with. */
function operandOf(operator: string): Check {
  if (operator.endsWith('Path')) return variablePath;
  if (operator.startsWith('Is') || operator.startsWith('Boolean')) return flag;
  if (operator.startsWith('Numeric')) return anyNumber;
  return operator.startsWith('Timestamp') ? timestamp : text;
}

const COMPARING = ['IsPresent', ...Object.keys(OPERATORS), ...Object.keys(PATH_OPERATORS)].toSorted();

const comparison: Check = (value, at) => object(COMPARISON)(value, at);

const CONDITIONS: Readonly<Record<string, Field>> = {
  And: jsonPath(filled(comparison)),
  Or: jsonPath(filled(comparison)),
  Not: jsonPath(comparison),
  Variable: jsonPath(variablePath),
  ...Object.fromEntries(COMPARING.map((operator) => [operator, jsonPath(operandOf(operator))])),
};

/** Within And, Or, Not. */
export const COMPARISON: Shape = { fields: { ...CONDITIONS, Comment: both(text) }, also: checkKind };

/** One of `Choices`. */
export const RULE: Shape = {
  fields: {
    Next: required(both(text)),
    Comment: both(text),
    Assign: both(assignments),
    Output: jsonata(expressions),
    Condition: jsonata(orExpression(flag)),
    ...CONDITIONS,
  },
  also: checkKind,
};

const KINDS = ['And', 'Or', 'Not', 'Variable', 'Condition'];

function checkKind(rule: JsonObject, at: Place): void {
  const has = (name: string) => Object.hasOwn(rule, name);
  if (KINDS.filter(has).length !== 1) {
    fail(at, `The object must have only one of the following fields, [${KINDS.join(', ')}]`);
  }
  const operators = COMPARING.filter(has);
  if (operators.length > 1) fail(at, `There should only be one of the following fields: [${operators.join(', ')}]`);
  if (has('Variable') && operators.length === 0 && at.language === 'JSONPath') {
    fail(at, `This object should have only one of the following fields: [${COMPARING.join(', ')}]`);
  }
  if (!has('Variable') && operators.length > 0 && at.language === 'JSONPath') {
    fail(at, 'These fields are required: [Variable]');
  }
}

export const choiceRules = filled(object(RULE));
