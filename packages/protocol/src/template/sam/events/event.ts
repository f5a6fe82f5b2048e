// Events of a serverless function: routes of an API, rules and schedules of EventBridge, queues. Other types are
// refused by name.
import { asIntrinsic, isMap, type Value, type ValueMap } from '../../value.ts';
import { addRoute } from '../api/api.ts';
import type { FunctionEvent } from '../assembly.ts';
import { addResource, pick, report, withoutNulls } from '../assembly.ts';
import { addPermission, checkEvent, type EventPlace } from './function-event.ts';

export function addEvents(place: EventPlace): void {
  const { assembly, serverless } = place;
  const events = serverless.properties['Events'];
  for (const [name, declared] of Object.entries(isMap(events) ? events : {})) {
    if (declared === null) {
      const message = "Type of property 'Events' is invalid.";
      report(assembly, serverless, { message, at: events, member: name });
      continue;
    }
    if (!isMap(declared) || typeof declared['Type'] !== 'string') {
      report(assembly, serverless, {
        message: `Event with id [${name}] is invalid. It has no Type`,
        at: events,
        member: name,
      });
      continue;
    }
    const properties = isMap(declared['Properties']) ? withoutNulls(declared['Properties'], assembly.source) : {};
    addEvent({ name, type: declared['Type'], properties, declared }, place);
  }
}

const KINDS: Readonly<Record<string, (event: FunctionEvent, place: EventPlace) => void>> = {
  Api: addRoute,
  HttpApi: addRoute,
  EventBridgeRule: addRule,
  CloudWatchEvent: addRule,
  Schedule: addSchedule,
  SQS: addQueue,
};

function addEvent(event: FunctionEvent, place: EventPlace): void {
  const add = Object.hasOwn(KINDS, event.type) ? KINDS[event.type] : undefined;
  if (add) add(event, place);
  else {
    const message = `Event with id [${event.name}] is invalid. Earwitness does not serve events of type ${event.type}`;
    report(place.assembly, place.serverless, { message, at: event.declared, member: 'Type' });
  }
}

const TARGET_MEMBERS = ['Input', 'InputPath', 'InputTransformer', 'RetryPolicy'];

function addRule(event: FunctionEvent, place: EventPlace): void {
  const { properties } = event;
  checkEvent(event, place, [
    ...['Pattern', 'EventBusName', 'RuleName', 'State', 'Enabled', 'Target', 'DeadLetterConfig'],
    ...TARGET_MEMBERS,
  ]);
  addTargetedRule(event, place, {
    ...pick(properties, ['EventBusName']),
    ...(properties['Pattern'] !== undefined && { EventPattern: properties['Pattern'] }),
    ...(properties['RuleName'] !== undefined && { Name: properties['RuleName'] }),
  });
}

function addSchedule(event: FunctionEvent, place: EventPlace): void {
  const { properties } = event;
  checkEvent(event, place, [
    ...['Schedule', 'Name', 'Description', 'State', 'Enabled', 'DeadLetterConfig'],
    ...TARGET_MEMBERS,
  ]);
  addTargetedRule(event, place, {
    ...(properties['Schedule'] !== undefined && { ScheduleExpression: properties['Schedule'] }),
    ...pick(properties, ['Name', 'Description']),
  });
}

function addTargetedRule(event: FunctionEvent, place: EventPlace, rule: ValueMap): void {
  const { assembly, serverless, target } = place;
  const { properties, name } = event;
  const ruleId = `${serverless.logicalId}${name}`;
  const { State: state, Enabled: enabled, Target: named } = properties;
  if (state !== undefined && enabled !== undefined) {
    const message = `Event with id [${name}] is invalid. State and Enabled Properties cannot both be specified.`;
    report(assembly, serverless, { message, at: properties, member: 'Enabled' });
  }
  const shownState = state ?? (enabled === undefined ? undefined : isEnabled(enabled) ? 'ENABLED' : 'DISABLED');
  const deadLetters = deadLettersOf(event, place, ruleId);
  const ruleTarget = {
    Arn: target.arn,
    Id: (isMap(named) ? named['Id'] : undefined) ?? targetId(ruleId),
    ...(deadLetters !== undefined && { DeadLetterConfig: { Arn: deadLetters } }),
    ...pick(properties, TARGET_MEMBERS),
  };
  const whole = { ...rule, ...(shownState !== undefined && { State: shownState }), Targets: [ruleTarget] };
  addResource(
    assembly,
    ruleId,
    { Type: 'AWS::Events::Rule', Properties: assembly.source.derive(whole, event.declared) },
    serverless,
  );
  addPermission(place, `${ruleId}Permission`, {
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [ruleId, 'Arn'] },
  });
}

/** SAM does not look into a function: `!Ref`, `!If` and the like count as true. */
function isEnabled(value: Value): boolean {
  return value === true || value === 'true' || asIntrinsic(value) !== undefined;
}

/** Characters of a target's id. Source: EventBridge's model, TargetId. */
const TARGET_ID_MAX = 64;

/** The rule's id is cut, so that its end tells what the target is. */
function targetId(ruleId: string): string {
  const ending = 'LambdaTarget';
  return `${ruleId.slice(0, TARGET_ID_MAX - ending.length)}${ending}`;
}

// `DeadLetterConfig: { Type: SQS }` makes a queue and the policy that lets the rule send to it; `Arn` names one.
function deadLettersOf(event: FunctionEvent, { assembly, serverless }: EventPlace, ruleId: string): Value | undefined {
  const config = event.properties['DeadLetterConfig'];
  if (!isMap(config)) return undefined;
  const refuse = (message: string) => {
    report(assembly, serverless, { message: `Event with id [${ruleId}] is invalid. ${message}`, at: config });
    return undefined;
  };
  const { Arn: named, Type: type } = config;
  if (named !== undefined && type !== undefined) {
    return refuse("You can either define 'Arn' or 'Type' property of DeadLetterConfig.");
  }
  if (named !== undefined) return named;
  if (type === undefined) return refuse("No 'Arn' or 'Type' property provided for DeadLetterConfig.");
  if (type !== 'SQS') return refuse('The only valid value for Type property of DeadLetterConfig is SQS');
  const { QueueLogicalId: chosen } = config;
  const queueId = typeof chosen === 'string' ? chosen : `${ruleId}Queue`;
  const arn = { 'Fn::GetAtt': [queueId, 'Arn'] };
  addResource(assembly, queueId, { Type: 'AWS::SQS::Queue', Properties: {} }, serverless);
  const statement = {
    Action: 'sqs:SendMessage',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Resource: arn,
    Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [ruleId, 'Arn'] } } },
  };
  const policy = {
    Queues: [{ Ref: queueId }],
    PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
  };
  addResource(assembly, `${ruleId}QueuePolicy`, { Type: 'AWS::SQS::QueuePolicy', Properties: policy }, serverless);
  return arn;
}

const QUEUE_MEMBERS = [
  ...['BatchSize', 'Enabled', 'FilterCriteria', 'FunctionResponseTypes', 'KmsKeyArn', 'MaximumBatchingWindowInSeconds'],
  ...['MetricsConfig', 'ScalingConfig'],
];

function addQueue(event: FunctionEvent, place: EventPlace): void {
  const { assembly, serverless, target, needs } = place;
  checkEvent(event, place, [...QUEUE_MEMBERS, 'Queue']);
  if (event.properties['Queue'] === undefined) {
    const named = { ...serverless, logicalId: `${serverless.logicalId}${event.name}` };
    report(assembly, named, { message: "Missing required property 'Queue'.", at: event.declared });
  }
  const mapping = {
    EventSourceArn: event.properties['Queue'] ?? '',
    FunctionName: { Ref: target.logicalId },
    ...pick(event.properties, QUEUE_MEMBERS),
  };
  const properties = assembly.source.derive(mapping, event.properties);
  const resource = { Type: 'AWS::Lambda::EventSourceMapping', Properties: properties };
  addResource(assembly, `${serverless.logicalId}${event.name}`, resource, serverless);
  if (!needs.managed.includes('AWSLambdaSQSQueueExecutionRole')) needs.managed.push('AWSLambdaSQSQueueExecutionRole');
}
