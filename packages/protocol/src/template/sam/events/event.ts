// Events of a serverless function, by their type. Other types are refused in SAM's words.
import { isMap, type ValueMap } from '../../value.ts';
import { addRoute } from '../api/api.ts';
import { type FunctionEvent, report, withoutNulls } from '../assembly.ts';
import { pythonText } from '../python-text.ts';
import { checkEvent } from '../specification.ts';
import { addBucketEvent } from './bucket.ts';
import { addPermission, type EventOwner, type EventPlace } from './function-event.ts';
import { addPolled } from './polled.ts';
import { addRule, addScheduleRule } from './rule.ts';
import { addSchedule } from './schedule.ts';
import { addTopicEvent } from './topic.ts';
import { addIotRule, addLogSubscription, addPoolTrigger, addSkill } from './trigger.ts';

export function addEvents(place: EventPlace): void {
  for (const event of eventsOf(place, Object.keys(KINDS)).toSorted(byPath)) KINDS[event.type]?.(event, place);
}

/** SAM's order: the default route of an HTTP API goes before the others, as its permission holds for them. */
function byPath(one: FunctionEvent, other: FunctionEvent): number {
  const [before, after] = [orderOf(one), orderOf(other)];
  return before < after ? -1 : before > after ? 1 : 0;
}

function orderOf({ name, type, properties: { Path: path, Method: method } }: FunctionEvent): string {
  if (type === 'HttpApi' && path === undefined && method === undefined) return '$default';
  return typeof path === 'string' ? path : name;
}

type AddEvent = (event: FunctionEvent, place: EventPlace) => void;

const KINDS: Readonly<Record<string, AddEvent>> = {
  AlexaSkill: addSkill,
  Api: addRoute,
  CloudWatchEvent: (event, place) => addPermittedRule(addRule, event, place),
  CloudWatchLogs: addLogSubscription,
  Cognito: addPoolTrigger,
  DocumentDB: addPolled,
  DynamoDB: addPolled,
  EventBridgeRule: (event, place) => addPermittedRule(addRule, event, place),
  HttpApi: addRoute,
  IoTRule: addIotRule,
  Kinesis: addPolled,
  MQ: addPolled,
  MSK: addPolled,
  S3: addBucketEvent,
  SNS: addTopicEvent,
  SQS: addPolled,
  Schedule: (event, place) => addPermittedRule(addScheduleRule, event, place),
  ScheduleV2: (event, place) =>
    addSchedule(event, place, { arn: place.target.arn, policy: 'LambdaPolicy', action: 'lambda:InvokeFunction' }),
  SelfManagedKafka: addPolled,
};

function addPermittedRule(add: typeof addRule, event: FunctionEvent, place: EventPlace): void {
  const ruleId = `${place.serverless.logicalId}${event.name}`;
  add(event, place, { arn: place.target.arn, ending: 'LambdaTarget' });
  addPermission(place, `${ruleId}Permission`, {
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [ruleId, 'Arn'] },
  });
}

/** The events of a function or state machine that can be made; the others are reported. */
export function eventsOf(owner: EventOwner, types: readonly string[]): FunctionEvent[] {
  const { assembly, serverless } = owner;
  const events = serverless.properties['Events'];
  return Object.entries(isMap(events) ? events : {}).flatMap(([name, declared]) => {
    const refuse = (message: string) => {
      report(assembly, serverless, { message, at: events, member: name });
      return [];
    };
    if (!isMap(declared)) return refuse("Type of property 'Events' is invalid.");
    const type = declared['Type'];
    if (typeof type !== 'string' || !types.includes(type)) {
      const shown = `Event Type is: ${pythonText(type)}.`;
      return refuse(
        `Event with id [${name}] is invalid. Resource dict has missing or invalid value for key Type. ${shown}`,
      );
    }
    const { Properties: given = {} } = declared;
    if (!isMap(given)) {
      if (type === 'HttpApi' || (type === 'Api' && given))
        return refuse(`Event with id [${name}] is invalid. Properties should be a map.`);
      const message = 'Properties of a resource must be an object.';
      report(assembly, { ...serverless, logicalId: `${serverless.logicalId}${name}` }, { message, at: declared });
      return [];
    }
    const own: ValueMap = withoutNulls(given, assembly.source);
    const event = { name, type, properties: own, declared };
    const named = { ...event, logicalId: `${serverless.logicalId}${name}` };
    return checkEvent(assembly, named, serverless) ? [event] : [];
  });
}
