// One event of a serverless function or state machine, and what every kind of event needs: its own line in refusals,
// and a permission to invoke.
import type { Value, ValueMap } from '../../value.ts';
import type { Apis } from '../api/api-draft.ts';
import { type Assembly, addResource, type FunctionEvent, report, type Serverless, type Target } from '../assembly.ts';
import type { RoleNeeds } from '../role.ts';

/** The function or state machine that an event belongs to. */
export interface EventOwner {
  readonly assembly: Assembly;
  readonly serverless: Serverless;
  readonly apis: Apis;
}

/** A function with an event: what is invoked, and what its role has to allow. */
export interface EventPlace extends EventOwner {
  readonly target: Target;
  readonly needs: RoleNeeds;
}

/** Where a state machine's events come to: the state machine, or its alias. */
export interface StateMachinePlace extends EventOwner {
  readonly logicalId: string;
}

/** Notes what is wrong with an event, in SAM's words. `at` is the value that is wrong, or a member of it. */
export function reportEvent(
  { assembly, serverless }: EventOwner,
  event: FunctionEvent,
  problem: { readonly message: string; readonly at?: Value | undefined; readonly member?: string },
): void {
  const message = `Event with id [${event.name}] is invalid. ${problem.message}`;
  const at = problem.at ?? event.declared;
  // SAM tells the events of a state machine by themselves.
  if (serverless.type !== 'AWS::Serverless::StateMachine') report(assembly, serverless, { ...problem, at, message });
  else assembly.problems.push({ message, line: assembly.source.lineOf(at, problem.member) });
}

export function addPermission({ assembly, serverless, target }: EventPlace, id: string, members: ValueMap): void {
  const properties = { Action: 'lambda:InvokeFunction', FunctionName: { Ref: target.logicalId }, ...members };
  addResource(assembly, id, { Type: 'AWS::Lambda::Permission', Properties: properties }, serverless);
}
