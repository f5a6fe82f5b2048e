// For tests: definitions in short, and what is told of them.
import { checkDefinition } from './check.ts';
import type { Problem } from './problem.ts';
import { readDefinition } from './read.ts';

type Kind = 'STANDARD' | 'EXPRESS';

/** As CreateStateMachine tells it: `CODE: sentence at place`. */
export function told({ code, message, location }: Problem): string {
  return `${code.replace('SCHEMA_VALIDATION_FAILED', 'SCHEMA')}: ${message}${location === undefined ? '' : ` at ${location}`}`;
}

export function problemsOf(definition: unknown, type: Kind = 'STANDARD'): string[] {
  return readDefinition(typeof definition === 'string' ? definition : JSON.stringify(definition), {
    type,
  }).problems.map(told);
}

/** Of a machine with this state and one that ends it. */
export function inState(state: object, machine: object = {}, type: Kind = 'STANDARD'): string[] {
  return problemsOf({ StartAt: 'X', States: { X: state, End: { Type: 'Succeed' } }, ...machine }, type);
}

export async function inExpression(expression: string, state: object = {}): Promise<string[]> {
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'E',
    States: { E: { Type: 'Pass', Output: { v: `{% ${expression} %}` }, End: true, ...state } },
  };
  return (await checkDefinition(JSON.stringify(definition), { type: 'STANDARD' })).problems.map(told);
}

export const LAMBDA = 'arn:aws:lambda:eu-west-1:123456789012:function:charge';
export const task = { Type: 'Task', Resource: LAMBDA, Next: 'End' };
export const pass = { Type: 'Pass', Next: 'End' };
export const inner = { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } };
export const map = { Type: 'Map', ItemProcessor: inner, Next: 'End' };
export const distributed = {
  ...map,
  ItemProcessor: { ...inner, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
};
