// Definitions as they are read: once for each text, however often its machine is started or an execution goes on.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { StateMachine } from '@earwitness/protocol/internal/states-language/definition/definition';
import type { Problem } from '@earwitness/protocol/internal/states-language/definition/problem';
import { readDefinition } from '@earwitness/protocol/internal/states-language/definition/read';
import { variableReferences } from '@earwitness/protocol/internal/states-language/definition/variables';
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

/** @throws InvalidDefinition */
export function checkDefinition(text: string, type: MachineType): StateMachine {
  const { machine, problems } = readMachine(text, type);
  const errors = problems.filter(({ severity }) => severity === 'ERROR');
  if (machine && errors.length === 0) return machine;
  throw new ServiceError(
    'InvalidDefinition',
    `Invalid State Machine Definition: '${errors.map(sentenceOf).join(', ')}'`,
  );
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
