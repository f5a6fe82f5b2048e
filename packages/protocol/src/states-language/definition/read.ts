// Reads a definition: JSON text in, a checked machine or all that is wrong with it out. What it lets through, the
// interpreter trusts.
import { isArray, isObject, type JsonObject } from '../json.ts';
import { findJsonFault, placeIn } from '../json-fault.ts';
import { jsonFault } from '../json-text.ts';
import { checkBlock } from './block.ts';
import type { Block, QueryLanguage, State, StateMachine } from './definition.ts';
import { MACHINE, STATES } from './fields/states.ts';
import { type Expression, type Findings, fail, type Place } from './place.ts';
import type { Problem } from './problem.ts';
import { readSource, type Source } from './source.ts';

export interface ReadOptions {
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Whether there is what a Task's Resource names. Left out: every ARN is taken. */
  readonly isServed?: (resource: string) => boolean;
  /** Where states lead to is not looked at: one of them is tested by itself. */
  readonly isPart?: boolean;
}

export interface Reading {
  /** Absent when a problem is an error. */
  readonly machine?: StateMachine;
  readonly problems: readonly Problem[];
}

interface Examination extends Reading {
  /** JSONata whose syntax has not been looked at: `checkDefinition` does. */
  readonly expressions: readonly Expression[];
}

/** Source: botocore, stepfunctions, Definition. */
const DEFINITION_MAX = 1_048_576;

const NOT_AN_OBJECT = 'Definition must be a valid JSON object';

export function readDefinition(text: string, options: ReadOptions): Reading {
  const { expressions: _, ...reading } = examineDefinition(text, options);
  return reading;
}

/** What `readDefinition` does, for the check that goes on. */
export function examineDefinition(
  text: string,
  { type, isServed = () => true, isPart = false }: ReadOptions,
): Examination {
  // Sources: recorded on AWS (LocalStack, test_sfn_api_validation).
  if (text.length > DEFINITION_MAX) return refused(`Definition is longer than ${DEFINITION_MAX} characters`);
  if (text.trim() === '') return refused(NOT_AN_OBJECT);
  const source = parse(text);
  if (!source) return noJson(text);
  const { value, isTooDeep } = source;
  if (!isObject(value)) return refused(NOT_AN_OBJECT);
  if (isTooDeep) return refused('The definition is nested too deep', 'TOO_DEEPLY_NESTED');

  const language = value['QueryLanguage'] === 'JSONata' ? 'JSONata' : 'JSONPath';
  const findings: Findings = {
    source,
    type,
    language,
    isServed,
    isPart,
    problems: [],
    expressions: [],
    stateNames: new Set(),
    labels: new Set(),
  };
  const at: Place = { findings, language };
  for (const { name, line } of source.repeated) fail({ ...at, line }, `Duplicate field '${name}'`);
  checkBlock(value, { at, shape: MACHINE, states: STATES });
  const { problems, expressions } = findings;
  const isRefused = problems.some(({ severity }) => severity === 'ERROR');
  return { ...(!isRefused && { machine: machineOf(value, language) }), problems, expressions };
}

function parse(text: string): Source | undefined {
  try {
    return readSource(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refused(message: string, code = 'SCHEMA_VALIDATION_FAILED'): Examination {
  return { problems: [{ severity: 'ERROR', code, message }], expressions: [] };
}

/** Its line is ours: a definition of a thousand lines is written by hand. */
function noJson(text: string): Examination {
  const fault = findJsonFault(text);
  const line = fault && placeIn(text, fault.at).line;
  const problem = { severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message: jsonFault(text) } as const;
  return { problems: [{ ...problem, ...(line !== undefined && { line }) }], expressions: [] };
}

/** Every state gets its language, and fields of old their names of today. The check has been: the types hold. */
function machineOf(value: JsonObject, language: QueryLanguage): StateMachine {
  return { ...blockOf(value, language), QueryLanguage: language } as StateMachine;
}

function blockOf(block: JsonObject, language: QueryLanguage): Block {
  const states = Object.entries(block['States'] ?? {}).map(
    ([name, state]) => [name, stateOf(state, language)] as const,
  );
  return { ...block, States: Object.fromEntries(states) } as unknown as Block;
}

function stateOf(state: JsonObject, language: QueryLanguage): State {
  const {
    Branches: branches,
    Iterator: iterator,
    ItemProcessor: processor = iterator,
    Parameters: parameters,
    ...rest
  } = state;
  const { End: end, ...others } = rest;
  const isMap = state['Type'] === 'Map';
  return {
    ...others,
    ...(end === true && { End: true }),
    ...(parameters !== undefined && { [isMap ? 'ItemSelector' : 'Parameters']: parameters }),
    ...(isArray(branches) && { Branches: branches.filter(isObject).map((each) => blockOf(each, language)) }),
    ...(isObject(processor) && { ItemProcessor: blockOf(processor, language) }),
    QueryLanguage: state['QueryLanguage'] ?? language,
  } as unknown as State;
}
