// How the states of a block lead to one another: every target is there, the end can be reached, and so can every state.
//
// Source of sentences, order and places: measured on AWS (localstack issue 11978; floci-io/floci pull request 2786:
// `Next` is said for all kinds of targets; where no state is terminal, nothing is said of states that cannot be
// reached).
import { isArray, isObject, type Json, type JsonObject } from '../json.ts';
import { fail, inside, meant, type Place } from './place.ts';

interface Target {
  readonly name: string;
  readonly at: Place;
}

/**
 * @param options `isSound`: nothing else is wrong with the block, so that what is missing here is no mere consequence
 */
export function checkTransitions(
  block: JsonObject,
  states: JsonObject,
  { at, isSound }: { at: Place; isSound: boolean },
): void {
  const start = targetOf(block, 'StartAt', at);
  const leads = new Map<string, readonly Target[]>();
  for (const [name, state] of Object.entries(states)) {
    if (isObject(state)) leads.set(name, targetsOf(state, inside(inside(at, block, 'States'), states, name)));
  }
  const missing = [...start, ...[...leads.values()].flat()].filter(({ name }) => !Object.hasOwn(states, name));
  for (const { name, at: here } of missing) {
    fail(here, `Missing 'Next' target: ${name}`, 'MISSING_TRANSITION_TARGET', meant(name, Object.keys(states)));
  }
  if (!isSound) return;
  const follows = missing.length > 0 ? { follows: true as const } : {};
  if (!Object.values(states).some(isTerminal)) {
    // The machine's has no place.
    const place = at.step === undefined ? { ...at, isNowhere: true as const } : at;
    fail(place, 'Workflow has no terminal state', 'MISSING_END_STATE', follows);
    return;
  }
  const reached = reachable(start, leads);
  for (const name of Object.keys(states)) {
    if (reached.has(name)) continue;
    const place = inside(inside(at, block, 'States'), states, name);
    fail(place, `State "${name}" is not reachable.`, 'MISSING_TRANSITION_TARGET', follows);
  }
}

function reachable(start: readonly Target[], leads: ReadonlyMap<string, readonly Target[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = start.map(({ name }) => name);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const target of leads.get(name) ?? []) open.push(target.name);
  }
  return reached;
}

function targetsOf(state: JsonObject, at: Place): readonly Target[] {
  return [
    ...targetOf(state, 'Next', at),
    ...targetOf(state, 'Default', at),
    ...innerTargets(state, 'Choices', at),
    ...innerTargets(state, 'Catch', at),
  ];
}

function targetOf(holder: JsonObject, field: string, at: Place): readonly Target[] {
  const name = holder[field];
  return typeof name === 'string' ? [{ name, at: inside(at, holder, field) }] : [];
}

/** Of rules and catchers. */
function innerTargets(state: JsonObject, field: string, at: Place): readonly Target[] {
  const items = state[field];
  if (!isArray(items)) return [];
  return items.flatMap((item, index) =>
    isObject(item) ? targetOf(item, 'Next', inside(inside(at, state, field), items, index)) : [],
  );
}

function isTerminal(state: Json): boolean {
  return isObject(state) && (state['End'] === true || state['Type'] === 'Succeed' || state['Type'] === 'Fail');
}
