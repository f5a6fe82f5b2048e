// Events of a serverless state machine: rules and schedules that start it with a role of their own, and routes of a
// REST API that do.
import type { Value } from '../../value.ts';
import { addStateMachineRoute } from '../api/state-machine-route.ts';
import { addResource, type FunctionEvent, pick } from '../assembly.ts';
import { roleFor } from '../role.ts';
import { eventsOf } from './event.ts';
import type { StateMachinePlace } from './function-event.ts';
import { addRule, addScheduleRule } from './rule.ts';
import { addSchedule } from './schedule.ts';

export function addStateMachineEvents(place: StateMachinePlace): void {
  for (const event of eventsOf(place, Object.keys(KINDS))) KINDS[event.type]?.(event, place);
}

type AddEvent = (event: FunctionEvent, place: StateMachinePlace) => void;

const KINDS: Readonly<Record<string, AddEvent>> = {
  Api: (event, place) => addStateMachineRoute(event, place, addStartRole(event, place, 'apigateway.amazonaws.com')),
  CloudWatchEvent: (event, place) => addStartingRule(addRule, event, place),
  EventBridgeRule: (event, place) => addStartingRule(addRule, event, place),
  Schedule: (event, place) => addStartingRule(addScheduleRule, event, place),
  ScheduleV2: (event, place) =>
    addSchedule(event, place, {
      arn: { Ref: place.logicalId },
      policy: 'StartExecutionPolicy',
      action: 'states:StartExecution',
    }),
};

function addStartingRule(add: typeof addRule, event: FunctionEvent, place: StateMachinePlace): void {
  const roleArn = event.properties['RoleArn'] ?? addStartRole(event, place, 'events.amazonaws.com');
  add(event, place, { arn: { Ref: place.logicalId }, roleArn, ending: 'StepFunctionsTarget' });
}

/** Adds the role that starts the state machine; returns its ARN. */
function addStartRole(
  event: FunctionEvent,
  { assembly, serverless, logicalId }: StateMachinePlace,
  service: string,
): Value {
  const roleId = `${serverless.logicalId}${event.name}Role`;
  const statement = { Action: 'states:StartExecution', Effect: 'Allow', Resource: { Ref: logicalId } };
  const policy = { PolicyName: `${roleId}StartExecutionPolicy`, PolicyDocument: { Statement: [statement] } };
  const members = { Policies: [policy], ...pick(serverless.properties, ['PermissionsBoundary']) };
  addResource(assembly, roleId, roleFor(service, members), serverless);
  return { 'Fn::GetAtt': [roleId, 'Arn'] };
}
