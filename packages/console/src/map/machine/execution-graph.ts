// A state machine as it is drawn: its states and where they lead, from its definition, with how often each was entered
// and failed. What stands inside a Parallel or a Map state is drawn behind it, and leads to what comes after it.
import type { Counts } from '../graph.ts';
import { stateKey, type Traffic } from '../traffic.ts';

export interface StateNode extends Counts {
  readonly name: string;
  readonly type: string;
  readonly isStart: boolean;
  /** An execution may end with it. */
  readonly isEnd: boolean;
  /** It stands in a branch of a Parallel or in a Map state. */
  readonly isInside: boolean;
}

export interface StateEdge {
  readonly from: string;
  readonly to: string;
  /** `caught` when it failed; `inside` leads into a Parallel or a Map state, or out of it. */
  readonly kind: 'next' | 'caught' | 'inside';
}

export interface ExecutionGraph {
  readonly states: readonly StateNode[];
  readonly edges: readonly StateEdge[];
}

/** `undefined` when the text is no definition. */
export function parseExecutionGraph(
  definition: string,
  machine: string,
  traffic: Pick<Traffic, 'states'>,
): ExecutionGraph | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(definition);
  } catch {
    return undefined;
  }
  const states: StateNode[] = [];
  const edges: StateEdge[] = [];

  /** Reads a list of states. Returns those with which it ends. */
  function read(scope: unknown, isInside: boolean): { start: string | undefined; ends: string[] } {
    const start = textOf(scope, 'StartAt');
    const ends: string[] = [];
    for (const [name, state] of membersOf(memberOf(scope, 'States'))) {
      const outs = readState(name, state);
      const isEnd = outs.length > 0;
      if (isEnd) ends.push(...outs);
      const { count = 0, failed = 0 } = traffic.states.get(stateKey(machine, name)) ?? {};
      const type = textOf(state, 'Type') ?? 'state';
      states.push({
        name,
        type,
        isInside,
        isStart: !isInside && name === start,
        isEnd: !isInside && isEnd,
        count,
        failed,
      });
    }
    return { start, ends };
  }

  /** @returns the states with which an execution is done with this one, when it leads nowhere */
  function readState(name: string, state: unknown): string[] {
    const next = textOf(state, 'Next');
    const lead = (to: string | undefined, kind: StateEdge['kind'], from = name) => {
      if (to !== undefined && !edges.some((edge) => edge.from === from && edge.to === to))
        edges.push({ from, to, kind });
    };
    const scopes = [...listOf(state, 'Branches'), memberOf(state, 'ItemProcessor') ?? memberOf(state, 'Iterator')];
    const inner = scopes.filter((scope) => scope !== undefined).map((scope) => read(scope, true));
    for (const { start } of inner) lead(start, 'inside');
    const last = inner.flatMap(({ ends }) => ends);
    if (last.length > 0) for (const from of last) lead(next, 'inside', from);
    else lead(next, 'next');
    for (const choice of listOf(state, 'Choices')) lead(textOf(choice, 'Next'), 'next');
    lead(textOf(state, 'Default'), 'next');
    for (const catcher of listOf(state, 'Catch')) lead(textOf(catcher, 'Next'), 'caught');
    const type = textOf(state, 'Type');
    const isLast = memberOf(state, 'End') === true || type === 'Succeed' || type === 'Fail';
    return isLast ? (last.length > 0 ? last : [name]) : [];
  }

  read(parsed, false);
  return states.length === 0 ? undefined : { states, edges };
}

/**
 * The arrows along which an execution went. Outside of branches one state follows the other, so that two that follow
 * one another were an arrow; in branches, whatever was entered was led to.
 * @returns a test for arrows of the graph
 */
export function walked({ states }: ExecutionGraph, entered: readonly string[]): (edge: StateEdge) => boolean {
  const inside = new Set(states.flatMap(({ name, isInside }) => (isInside ? [name] : [])));
  const all = new Set(entered);
  const outside = entered.filter((name) => !inside.has(name));
  const pairs = new Set(outside.slice(1).map((name, index) => `${outside[index]}\n${name}`));
  return ({ from, to }) =>
    inside.has(from) || inside.has(to) ? all.has(from) && all.has(to) : pairs.has(`${from}\n${to}`);
}

function memberOf(value: unknown, name: string): unknown {
  return membersOf(value).find(([own]) => own === name)?.[1];
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function textOf(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : undefined;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const member = memberOf(value, name);
  return Array.isArray(member) ? member : [];
}
