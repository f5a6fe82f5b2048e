// Events of a serverless function, by their type. Other types are refused in SAM's words.
import { isMap, type ValueMap } from '../../value.ts';
import { addRoute } from '../api/api.ts';
import { type FunctionEvent, report, withoutNulls } from '../assembly.ts';
import { checkEvent } from '../specification.ts';
import { addBucketEvent } from './bucket.ts';
import { addPermission, type EventOwner, type EventPlace } from './function-event.ts';
import { addPolled } from './polled.ts';
import { addRule, addScheduleRule } from './rule.ts';
import { addSchedule } from './schedule.ts';
import { addTopicEvent } from './topic.ts';
import { addIotRule, addLogSubscription, addPoolTrigger, addSkill } from './trigger.ts';

export function addEvents(place: EventPlace): void {
  for (const event of eventsOf(place, Object.keys(KINDS))) KINDS[event.type]?.(event, place);
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
    if (typeof type !== 'string') return refuse(`Event with id [${name}] is invalid. It has no Type`);
    if (!types.includes(type)) {
      const message = `Event with id [${name}] is invalid. Events of type ${type} are none of ${types.join(', ')}`;
      report(assembly, serverless, { message, at: declared, member: 'Type' });
      return [];
    }
    const given = declared['Properties'] ?? {};
    if (!isMap(given)) return refuse(`Event with id [${name}] is invalid. Properties should be a map.`);
    const own: ValueMap = withoutNulls(given, assembly.source);
    const event = { name, type, properties: own, declared };
    const named = { ...event, logicalId: `${serverless.logicalId}${name}` };
    return checkEvent(assembly, named, serverless) ? [event] : [];
  });
}
