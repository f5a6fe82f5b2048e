// Definitions as they are read: once for each text, however often its machine is started or an execution goes on.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { checkDefinition as checkText } from '@earwitness/protocol/internal/states-language/definition/check';
import type { StateMachine } from '@earwitness/protocol/internal/states-language/definition/definition';
import type { Problem } from '@earwitness/protocol/internal/states-language/definition/problem';
import { readDefinition } from '@earwitness/protocol/internal/states-language/definition/read';
import { variableReferences } from '@earwitness/protocol/internal/states-language/definition/variables';
import { isArray, isObject, type Json } from '@earwitness/protocol/internal/states-language/json';
import { parseJson } from '@earwitness/protocol/internal/states-language/json-text';
import type { ExecutionRow } from './execution.ts';
import type { MachineType } from './settings.ts';

type Reading = ReturnType<typeof readDefinition>;

/** Ours: readings kept; beyond it all are forgotten and made again. */
const MAX_KEPT = 1000;

const kept: Record<MachineType, Map<string, Reading>> = { STANDARD: new Map(), EXPRESS: new Map() };

/** What stands in a definition's text, and what is wrong with it. */
export function readMachine(text: string, type: MachineType): Reading {
  const readings = kept[type];
  const known = readings.get(text);
  if (known) return known;
  const reading = readDefinition(text, { type });
  if (readings.size >= MAX_KEPT) readings.clear();
  readings.set(text, reading);
  return reading;
}

/** The machine of an execution: it was looked at before the execution was begun. */
export function machineOf({ machine, execution }: Pick<ExecutionRow, 'machine' | 'execution'>): StateMachine {
  const { machine: read, problems } = readMachine(machine.definition, execution.about.type);
  if (!read) throw new Error(`A definition that was taken cannot be read: ${problems[0]?.message}`);
  return read;
}

/** What is to be said of a task's Resource; `undefined` when it is served. */
export type FindResourceProblem = (
  resource: string,
) => Promise<Pick<Problem, 'severity' | 'code' | 'message'> | undefined>;

/**
 * All that is wrong with a definition, its expressions too, and which tasks of one that is right so far name what there
 * is not.
 */
export async function examineDefinition(
  text: string,
  type: MachineType,
  findProblem: FindResourceProblem,
): Promise<Pick<Reading, 'machine' | 'problems'>> {
  const { machine, problems } = await checkText(text, { type });
  if (!machine || problems.some(({ severity }) => severity === 'ERROR')) return { problems };
  const found: Problem[] = [];
  for (const { resource, location } of resourcesOf(parseJson(text), '')) {
    const problem = await findProblem(resource);
    if (problem) found.push({ ...problem, location });
  }
  return { machine, problems: [...problems, ...found] };
}

/** @throws InvalidDefinition */
export async function checkDefinition(
  text: string,
  type: MachineType,
  findProblem: FindResourceProblem,
): Promise<void> {
  const { problems } = await examineDefinition(text, type, findProblem);
  const errors = problems.filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return;
  throw new ServiceError(
    'InvalidDefinition',
    `Invalid State Machine Definition: '${errors.map(sentenceOf).join(', ')}'`,
  );
}

/** By the names that its author gave: what stands in an `Iterator` is found there. The check has been. */
function resourcesOf(
  block: Json | undefined,
  place: string,
): { readonly resource: string; readonly location: string }[] {
  const states = isObject(block) ? block['States'] : undefined;
  return Object.entries(isObject(states) ? states : {}).flatMap(([name, state]) => {
    const here = `${place}/States/${name}`;
    if (!isObject(state)) return [];
    const { Branches: branches, Resource: resource, Type: type } = state;
    if (type === 'Task' && typeof resource === 'string') return [{ resource, location: `${here}/Resource` }];
    const processor = Object.hasOwn(state, 'ItemProcessor') ? 'ItemProcessor' : 'Iterator';
    if (type === 'Map') return resourcesOf(state[processor], `${here}/${processor}`);
    if (type !== 'Parallel' || !isArray(branches)) return [];
    return branches.flatMap((branch, index) => resourcesOf(branch, `${here}/Branches[${index}]`));
  });
}

function sentenceOf({ code, message, location, line }: Problem): string {
  const place = location === undefined ? '' : ` at ${location}`;
  // The line is ours: a definition of a thousand lines is written by hand.
  return `${code}: ${message}${place}${line === undefined || line === 1 ? '' : ` (line ${line})`}`;
}

/** Which variables its states read; none: left out. Source: recorded, test_sfn_api_variable_references. */
export function variablesOf(text: string, type: MachineType): { variableReferences?: Record<string, string[]> } {
  const { machine } = readMachine(text, type);
  const references = machine ? variableReferences(machine) : {};
  return Object.keys(references).length > 0 ? { variableReferences: references } : {};
}
