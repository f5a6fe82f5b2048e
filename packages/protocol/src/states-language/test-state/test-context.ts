// The context object that a test gives: its members are known, and nothing is added to them.
//
// Source of the sentences: recorded on AWS: LocalStack, test_state_context_object.
import { ServiceError } from '../../aws/errors.ts';
import type { State } from '../definition/definition.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { hasToken, parseResource } from '../resource.ts';

type Kind = 'string' | 'number' | 'anything';

const MEMBERS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  Execution: {
    ...{ Id: 'string', Input: 'anything', Name: 'string', RoleArn: 'string', StartTime: 'string' },
    ...{ RedriveCount: 'number', RedriveTime: 'string' },
  },
  StateMachine: { Id: 'string', Name: 'string' },
  State: { Name: 'string', EnteredTime: 'string', RetryCount: 'number' },
  Task: { Token: 'string' },
};

/** @throws ValidationException */
export function readContext(context: Json | undefined, state: State): JsonObject | undefined {
  if (context === undefined) return undefined;
  if (!isObject(context)) throw invalid('Context object must be a JSON object');
  if (Object.hasOwn(context, 'Map')) throw invalid("'Map' field is not supported when mocking a Context object");
  for (const [name, value] of Object.entries(context)) {
    const members = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    if (!members) throw invalid(`Field '${name}' is not allowed`);
    if (!isObject(value)) throw invalid(`${name} must be an object`);
    for (const [member, given] of Object.entries(value)) checkMember(name, member, { given, members });
  }
  if (Object.hasOwn(context, 'Task') && !(state.Type === 'Task' && hasToken(parseResource(state.Resource)))) {
    throw invalid(
      "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
    );
  }
  return context;
}

function checkMember(
  holder: string,
  name: string,
  { given, members }: { readonly given: Json; readonly members: Readonly<Record<string, Kind>> },
): void {
  const kind = Object.hasOwn(members, name) ? members[name] : undefined;
  if (!kind) throw invalid(`Field '${name}' is not allowed`);
  if (kind !== 'anything' && typeof given !== kind) throw invalid(`${holder}.${name} must be a ${kind}`);
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', `Invalid Context object provided: ${message}`);
}
