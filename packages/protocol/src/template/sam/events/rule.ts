// Events that become rules of EventBridge: `EventBridgeRule` (`CloudWatchEvent` is its old name) and `Schedule`, of
// functions and of state machines.
import { asIntrinsic, isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { addResource, type FunctionEvent, pick } from '../assembly.ts';
import { deadLettersOf } from './dead-letters.ts';
import { type EventOwner, reportEvent } from './function-event.ts';

/** What a rule sends its events to. */
export interface RuleTarget {
  readonly arn: Value;
  /** The role that a state machine is started with. */
  readonly roleArn?: Value;
  /** What the target's id ends with. */
  readonly ending: 'LambdaTarget' | 'StepFunctionsTarget';
}

const TARGET_MEMBERS = ['Input', 'InputPath', 'InputTransformer', 'RetryPolicy'];

/** Adds the rule of an event; its id is `<owner><event>`. */
export function addRule(event: FunctionEvent, owner: EventOwner, target: RuleTarget): void {
  const { properties } = event;
  addTargetedRule(event, owner, {
    target,
    rule: {
      ...pick(properties, ['EventBusName']),
      ...renamed(properties, { Pattern: 'EventPattern', RuleName: 'Name' }),
    },
  });
}

export function addScheduleRule(event: FunctionEvent, owner: EventOwner, target: RuleTarget): void {
  const { properties } = event;
  addTargetedRule(event, owner, {
    target,
    rule: { ...renamed(properties, { Schedule: 'ScheduleExpression' }), ...pick(properties, ['Name', 'Description']) },
  });
}

function renamed(properties: ValueMap, names: Readonly<Record<string, string>>): ValueMap {
  const members = Object.entries(names).flatMap(([before, after]) => {
    const value = properties[before];
    return value === undefined ? [] : [[after, value] as const];
  });
  return Object.fromEntries(members);
}

function addTargetedRule(
  event: FunctionEvent,
  owner: EventOwner,
  { rule, target }: { readonly rule: ValueMap; readonly target: RuleTarget },
): void {
  const { assembly, serverless } = owner;
  const { properties } = event;
  const ruleId = `${serverless.logicalId}${event.name}`;
  const { State: state, Enabled: enabled, Target: named } = properties;
  if (state !== undefined && enabled !== undefined) {
    const message = 'State and Enabled Properties cannot both be specified.';
    reportEvent(owner, event, { message, at: properties, member: 'Enabled' });
  }
  const shownState = state ?? (enabled === undefined ? undefined : isEnabled(enabled) ? 'ENABLED' : 'DISABLED');
  const deadLetters = deadLettersOf(event, owner);
  if (deadLetters?.made !== undefined) allowDeadLetters(owner, ruleId, deadLetters.made);
  const ruleTarget = {
    Arn: target.arn,
    Id: (isMap(named) ? named['Id'] : undefined) ?? targetId(ruleId, target.ending),
    ...(target.roleArn !== undefined && { RoleArn: target.roleArn }),
    ...(deadLetters && { DeadLetterConfig: { Arn: deadLetters.arn } }),
    ...pick(properties, TARGET_MEMBERS),
  };
  const whole = { ...rule, ...(shownState !== undefined && { State: shownState }), Targets: [ruleTarget] };
  addResource(
    assembly,
    ruleId,
    { Type: 'AWS::Events::Rule', Properties: assembly.source.derive(whole, event.declared) },
    serverless,
  );
}

/** SAM does not look into a function: `!Ref`, `!If` and the like count as true. */
function isEnabled(value: Value): boolean {
  return scalarText(value) === 'true' || asIntrinsic(value) !== undefined;
}

/** Characters of a target's id. Source: EventBridge's model, TargetId. */
const TARGET_ID_MAX = 64;

/** The rule's id is cut, so that its end tells what the target is. */
function targetId(ruleId: string, ending: string): string {
  return `${ruleId.slice(0, TARGET_ID_MAX - ending.length)}${ending}`;
}

function allowDeadLetters({ assembly, serverless }: EventOwner, ruleId: string, queueId: string): void {
  const statement = {
    Action: 'sqs:SendMessage',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Resource: { 'Fn::GetAtt': [queueId, 'Arn'] },
    Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [ruleId, 'Arn'] } } },
  };
  const policy = {
    Queues: [{ Ref: queueId }],
    PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
  };
  addResource(assembly, `${ruleId}QueuePolicy`, { Type: 'AWS::SQS::QueuePolicy', Properties: policy }, serverless);
}
