// State machines, and what their tasks call as far as their definitions name it in plain text.
import type { MapEdge } from '@earwitness/protocol/internal/admin/cloud-map';
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { parseResource } from '@earwitness/protocol/internal/states-language/resource';
import { calledBy, delivers, factsOf, type MapShare, type SharedNode } from '../../map/share.ts';
import type { Parts } from './parts.ts';
import { machineArn, type StateMachine } from './state-machine.ts';

export function machineMap({ machines }: Parts): MapShare {
  const all = machines.all();
  return {
    nodes: all.map((machine): SharedNode => {
      const { name, type, definition } = machine;
      const id = machineArn(machine);
      const made = [`AWS::StepFunctions::StateMachine ${id}`];
      return { id, kind: 'state-machine', name, made, definition, facts: factsOf({ Type: type }) };
    }),
    edges: all.flatMap((machine) => tasksIn(JSON.parse(machine.definition)).flatMap((task) => edgesOf(machine, task))),
  };
}

interface Task {
  readonly name: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** The tasks in a definition, those in branches and iterations too. */
function tasksIn(definition: unknown): Task[] {
  const states = memberOf(definition, 'States');
  if (typeof states !== 'object' || states === null) return [];
  return Object.entries(states).flatMap(([name, state]: [string, unknown]) => {
    if (typeof state !== 'object' || state === null) return [];
    const branches = memberOf(state, 'Branches');
    const parts = [memberOf(state, 'Iterator'), memberOf(state, 'ItemProcessor')];
    const inner = [...(Array.isArray(branches) ? branches : []), ...parts].flatMap(tasksIn);
    return memberOf(state, 'Type') === 'Task' ? [{ name, state: { ...state } }, ...inner] : inner;
  });
}

function edgesOf(machine: StateMachine, { name, state }: Task): MapEdge[] {
  const text = state['Resource'];
  const resource = typeof text === 'string' ? parseResource(text) : undefined;
  const from = machineArn(machine);
  if (!resource || resource.kind === 'activity') return [];
  if (resource.kind === 'function') return [delivers(from, resource.arn, name)];
  const { account, region } = machine;
  const parameters = state['Parameters'] ?? state['Arguments'];
  const called = calledBy(parameters, { account, region });
  // An entry that names no bus is for the default one.
  if (called.length === 0 && resource.action === 'putEvents') {
    called.push(formatArn({ service: 'events', account, region, resource: 'event-bus/default' }));
  }
  return called.map((to) => delivers(from, to, name));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([own]) => own === name)?.[1]
    : undefined;
}
