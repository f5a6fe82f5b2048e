// Which rule of a Choice state holds. The first that does decides.
import type { ChoiceRule, ChoiceState, Comparison } from '../definition/definition.ts';
import type { Json } from '../json.ts';
import { NotApplicable, NotFound } from '../query/json-path/failure.ts';
import { findText } from '../query/json-path/select-path.ts';
import { evaluateExpression } from '../query/jsonata/evaluate.ts';
import type { Scope } from '../query/scope.ts';
import type { World } from '../query/world.ts';
import { StatesError } from '../states-error.ts';
import { OPERATORS, PATH_OPERATORS } from './operators.ts';

/** @throws StatesError */
export async function chooseRule(state: ChoiceState, scope: Scope, world: World): Promise<ChoiceRule | undefined> {
  for (const [index, rule] of state.Choices.entries()) {
    const holds =
      rule.Condition === undefined
        ? compare(rule, scope)
        : await isMet(rule.Condition, scope, { field: `Choices[${index}]/Condition`, world });
    if (holds) return rule;
  }
  return undefined;
}

async function isMet(
  condition: boolean | string,
  scope: Scope,
  options: { field: string; world: World },
): Promise<boolean> {
  if (typeof condition === 'boolean') return condition;
  return (await evaluateExpression(condition, scope, { ...options, expected: 'boolean' })) === true;
}

/** A JSONPath condition. */
function compare(comparison: Comparison, scope: Scope): boolean {
  const { And: every, Or: some, Not: negated, Variable: variable } = comparison;
  if (every) return every.every((each) => compare(each, scope));
  if (some) return some.some((each) => compare(each, scope));
  if (negated) return !compare(negated, scope);
  const value = find(variable ?? '', scope);
  for (const [operator, operand] of Object.entries(comparison)) {
    if (operator === 'IsPresent') return (value !== undefined) === operand;
    const test = OPERATORS[operator] ?? PATH_OPERATORS[operator];
    if (test === undefined) continue;
    if (value === undefined) throw invalid(variable ?? '');
    if (OPERATORS[operator]) return test(value, operand as Json);
    const found = find(String(operand), scope);
    if (found === undefined) throw invalid(String(operand));
    return test(value, found);
  }
  return false;
}

/** `undefined`: nothing is there. */
function find(path: string, scope: Scope): Json | undefined {
  try {
    return findText(path, scope);
  } catch (error) {
    if (error instanceof NotFound || error instanceof NotApplicable) return undefined;
    throw error;
  }
}

/** Source: reports of AWS's answer in public repositories. */
function invalid(path: string): StatesError {
  return new StatesError(
    'States.Runtime',
    `Invalid path '${path}': The choice state's condition path references an invalid value.`,
  );
}
