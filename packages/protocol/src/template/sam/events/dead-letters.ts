// `DeadLetterConfig` of a rule or schedule: `Type: SQS` makes a queue, `Arn` names one.
import { isMap, type Value } from '../../value.ts';
import { addResource, type FunctionEvent } from '../assembly.ts';
import { type EventOwner, reportEvent } from './function-event.ts';

/** The ARN of an event's dead-letter queue, made if it has to be; `made` says that it was. */
export function deadLettersOf(
  event: FunctionEvent,
  owner: EventOwner,
): { readonly arn: Value; readonly made?: string } | undefined {
  const config = event.properties['DeadLetterConfig'];
  if (!isMap(config)) return undefined;
  const id = `${owner.serverless.logicalId}${event.name}`;
  const refuse = (message: string) => {
    reportEvent(owner, { ...event, name: id }, { message, at: config });
    return undefined;
  };
  const { Arn: named, Type: type, QueueLogicalId: chosen } = config;
  if (named !== undefined && type !== undefined) {
    return refuse("You can either define 'Arn' or 'Type' property of DeadLetterConfig.");
  }
  if (named !== undefined) return { arn: named };
  if (type === undefined) return refuse("No 'Arn' or 'Type' property provided for DeadLetterConfig.");
  if (type !== 'SQS') return refuse("The only valid value for 'Type' property of DeadLetterConfig is 'SQS'.");
  if (chosen !== undefined && typeof chosen !== 'string') return refuse('QueueLogicalId must be a string');
  const made = chosen ?? `${id}Queue`;
  addResource(owner.assembly, made, { Type: 'AWS::SQS::Queue', Properties: {} }, owner.serverless);
  return { arn: { 'Fn::GetAtt': [made, 'Arn'] }, made };
}
