// A thread at a state: what the state's expressions see.
//
// Source of the context object: developer guide, "Accessing execution data from the Context object"; key order as recorded
// on AWS: LocalStack, tests/aws/services/stepfunctions, test_context_object.
import type { Block, State } from '../definition/definition.ts';
import type { JsonObject } from '../json.ts';
import type { Scope, Variables } from '../query/scope.ts';
import type { Thread } from './execution.ts';
import type { LiveThread, Turn } from './turn.ts';

export interface Visit<Kind extends State = State> {
  readonly turn: Turn;
  readonly thread: LiveThread;
  readonly state: Kind;
  /** Its `input` is the raw one. */
  readonly scope: Scope;
}

/** The state that a thread is at, as its expressions see it now. */
export function visit(turn: Turn, thread: LiveThread): Visit {
  const state = stateOf(turn, thread);
  return {
    turn,
    thread,
    state,
    scope: {
      input: thread.input,
      context: contextOf(turn, thread, state),
      variables: variablesOf(turn, thread),
    },
  };
}

/** The same within a task that answers by its token. */
export function withToken<Kind extends State>(at: Visit<Kind>, token: string | undefined): Visit<Kind> {
  if (token === undefined) return at;
  const { Map: map, ...context } = at.scope.context;
  return {
    ...at,
    scope: { ...at.scope, context: { ...context, Task: { Token: token }, ...(map !== undefined && { Map: map }) } },
  };
}

/** The same for one item of a Map, which `$$.Map.Item` is. */
export function withItem<Kind extends State>(at: Visit<Kind>, item: NonNullable<Thread['item']>): Visit<Kind> {
  return { ...at, scope: { ...at.scope, context: { ...at.scope.context, ...mapOf(item) } } };
}

/** Where the state stands in the definition. */
export function placeOf(thread: Thread): readonly (string | number)[] {
  return [...thread.block, 'States', thread.state];
}

export function stateOf(turn: Turn, thread: Thread): State {
  const state = blockOf(turn, thread.block).States[thread.state];
  if (!state) throw new Error(`The definition has no state ${thread.state}`);
  return state;
}

/** Follows `['States', 'Both', 'Branches', 0, 'States', 'Each', 'ItemProcessor']`. */
function blockOf(turn: Turn, place: Thread['block']): Block {
  let block: Block = turn.machine;
  for (let at = 0; at < place.length; ) {
    const state: State | undefined = block.States[place[at + 1] ?? ''];
    const next = state?.Type === 'Parallel' ? state.Branches[Number(place[at + 3])] : undefined;
    if (next) block = next;
    else if (state?.Type === 'Map') block = state.ItemProcessor;
    else throw new Error(`The definition has no block ${place.join('/')}`);
    at += next ? 4 : 3;
  }
  return block;
}

/** A thread sees what is assigned in it and in the threads that wait for it. */
function variablesOf(turn: Turn, thread: Thread): Variables {
  const parent = thread.parent && turn.see(thread.parent.thread);
  if (!parent) return thread.variables;
  const outer = variablesOf(turn, parent);
  return Object.keys(thread.variables).length === 0 ? outer : { ...outer, ...thread.variables };
}

function contextOf(turn: Turn, thread: Thread, state: State): JsonObject {
  const { about, redriveCount, redrivenAt } = turn.execution;
  const item = itemOf(turn, thread);
  return {
    Execution: {
      Id: about.executionArn,
      Input: about.input,
      StartTime: timeText(about.startedAt),
      Name: about.name,
      RoleArn: about.roleArn,
      ...(!about.isSync && { RedriveCount: redriveCount }),
      ...(redrivenAt !== undefined && { RedriveTime: timeText(redrivenAt) }),
    },
    StateMachine: { Id: about.stateMachineArn, Name: about.stateMachineName },
    State: {
      Name: thread.state,
      EnteredTime: timeText(thread.enteredAt),
      ...(state.Type === 'Task' && { RetryCount: thread.retryCount }),
    },
    ...(item && mapOf(item)),
  };
}

function mapOf({ index, value }: NonNullable<Thread['item']>): JsonObject {
  return { Map: { Item: { Index: index, Value: value } } };
}

/** The item of the iteration that the thread is in, or is. */
function itemOf(turn: Turn, thread: Thread): Thread['item'] {
  for (let here: Thread | undefined = thread; here; here = here.parent && turn.see(here.parent.thread)) {
    if (here.item) return here.item;
  }
  return undefined;
}

/** ISO 8601; a fraction of a second without its last zeros, as recorded. */
export function timeText(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.?0*Z$/, 'Z');
}
