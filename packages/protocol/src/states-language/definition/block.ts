// A block: the machine, a branch of Parallel, the processor of Map. Its states, each as its type has it, and how they
// lead to one another.
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { QueryLanguage, State } from './definition.ts';
import { checkShape, type Shape } from './fields/shape.ts';
import { fail, inside, meant, type Place } from './place.ts';
import { checkTransitions } from './transitions.ts';

export interface BlockOptions {
  readonly at: Place;
  readonly shape: Shape;
  /** Passed, not imported: a state of it has blocks again. */
  readonly states: Readonly<Record<State['Type'], Shape>>;
}

export function checkBlock(value: Json, { at, shape, states }: BlockOptions): void {
  if (!isObject(value)) {
    fail(at, 'Expected value of type Object');
    return;
  }
  const before = at.findings.problems.filter(isError).length;
  checkShape(value, shape, at);
  const inner = value['States'];
  if (!isObject(inner)) return;
  const place = inside(at, value, 'States');
  for (const [name, state] of Object.entries(inner)) {
    const here = inside(place, inner, name);
    checkName(name, here);
    if (isObject(state)) checkState(state, states, here);
    else fail(here, 'Expected value of type Object');
  }
  const isSound = at.findings.problems.filter(isError).length === before;
  if (!at.findings.isPart) checkTransitions(value, inner, { at, isSound });
}

function isError({ severity }: { readonly severity: string }): boolean {
  return severity === 'ERROR';
}

/** Source: Amazon States Language, "States": at most 80 signs, unique in the whole machine. */
const NAME_MAX = 80;

function checkName(name: string, at: Place): void {
  const { stateNames } = at.findings;
  if (name.length > NAME_MAX) {
    fail(
      at,
      `State name '${name}' exceeds the ${NAME_MAX}-character limit allowed by the service`,
      'INVALID_STATE_NAME',
    );
  }
  if (name === '') fail(at, 'State name cannot be empty', 'INVALID_STATE_NAME');
  // Source: recorded on AWS (LocalStack, test_create_state_machines_in_parallel).
  if (stateNames.has(name)) fail(at, `Duplicate State name: ${name}`, 'DUPLICATE_STATE_NAME');
  stateNames.add(name);
}

function checkState(state: JsonObject, states: BlockOptions['states'], at: Place): void {
  const language = languageOf(state, at);
  // Source: recorded on AWS (LocalStack, test_sfn_api_validation).
  if (state['QueryLanguage'] === 'JSONPath' && at.findings.language === 'JSONata') {
    fail(at, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
  }
  const type = state['Type'];
  if (type === undefined) fail(at, 'These fields are required: [Type]');
  else if (isType(type, states)) checkShape(state, states[type], { ...at, language });
  else {
    const all = Object.keys(states);
    const message = `The field 'Type' should have one of these values: [${all.join(', ')}]`;
    fail(inside(at, state, 'Type'), message, undefined, typeof type === 'string' ? meant(type, all) : {});
  }
}

function isType(type: Json, states: BlockOptions['states']): type is State['Type'] {
  return typeof type === 'string' && Object.hasOwn(states, type);
}

/** The machine's where it says nothing, however deep it stands. Source: floci-io/floci issue 2968, measured on AWS. */
function languageOf({ QueryLanguage: own }: JsonObject, { findings }: Place): QueryLanguage {
  if (own === undefined) return findings.language;
  return own === 'JSONPath' ? 'JSONPath' : 'JSONata';
}
