// Which variables the states of a machine read.
import type { StateMachine } from './definition.ts';

export function variableReferences(_machine: StateMachine): Record<string, string[]> {
  return {};
}
