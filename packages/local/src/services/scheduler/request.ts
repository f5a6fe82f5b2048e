// What a schedule's target is asked: one request of one service, with the input filled in. The same is the body of a
// dead letter.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { jsonReader } from '@earwitness/protocol/internal/aws/json/shape';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import type { Call } from '../../call.ts';
import { ownEntry } from '../../own-entry.ts';
import type { Platform } from '../../platform.ts';
import { type Context, fillContext, isoTime } from './context.ts';
import { type Schedule, scheduleArn } from './schedule.ts';
import { type Called, calledBy, findOperation, memberOf } from './target.ts';

export type Origin = Omit<Call, 'requestId'>;

export interface TargetRequest {
  /** As a dead letter shows it. */
  readonly text: string;
  /** What the role has to be allowed; nothing where the service asks for itself. */
  readonly permission?: { readonly action: string; readonly resource: string };
  /** Returns what the target calls what it took, if it has a name for it. */
  send(origin: Origin): Promise<string | undefined>;
}

/** @throws Error when the target is none, which CreateSchedule does not let through */
export async function requestOf(platform: Platform, schedule: Schedule, context: Context): Promise<TargetRequest> {
  const { target } = schedule;
  const called = calledBy(target.Arn);
  if (!called) throw new Error(`The target ${target.Arn} is none.`);
  const input =
    target.Input === undefined ? defaultInput(platform, schedule, context) : fillContext(target.Input, context);
  switch (called.kind) {
    case 'function':
      return functionRequest(platform, target.Arn, input);
    case 'queue':
      return queueRequest(platform, schedule, { called, input });
    case 'topic':
      return topicRequest(platform, called, { TopicArn: target.Arn, Message: input });
    case 'bus':
      return busRequest(platform, schedule, input);
    case 'state machine':
      return executionRequest(platform, called, { stateMachineArn: target.Arn, input });
    case 'stream': {
      const { PartitionKey = '' } = target.KinesisParameters ?? {};
      return recordRequest(platform, called, { Data: input, PartitionKey, StreamARN: target.Arn });
    }
    case 'universal':
      return universalRequest(platform, called, { text: input, arn: target.Arn });
    case 'stand-in':
      return standInRequest(platform, target.Arn, input);
  }
}

function functionRequest({ dispatch, ids }: Platform, FunctionName: string, Payload: string): TargetRequest {
  return {
    text: JSON.stringify({ FunctionName, InvocationType: 'Event', Payload }),
    permission: { action: 'lambda:InvokeFunction', resource: FunctionName },
    async send(origin) {
      // The id of the request is that of the invocation.
      const requestId = ids.uuid();
      const asked = { FunctionName, InvocationType: 'Event', Payload: Buffer.from(Payload) } as const;
      await dispatch.call('lambda', 'Invoke', asked, { ...origin, requestId });
      return requestId;
    },
  };
}

function executionRequest(
  { dispatch }: Platform,
  { arn: { region } }: Called,
  asked: { readonly stateMachineArn: string; readonly input: string },
): TargetRequest {
  return {
    text: JSON.stringify(asked),
    permission: { action: 'states:StartExecution', resource: asked.stateMachineArn },
    async send(origin) {
      return (await dispatch.call('stepfunctions', 'StartExecution', asked, { ...origin, region })).executionArn;
    },
  };
}

function queueRequest(
  { dispatch, address }: Platform,
  { target }: Schedule,
  { called, input }: { readonly called: Called; readonly input: string },
): TargetRequest {
  const { account, region, resource } = called.arn;
  const group = target.SqsParameters?.MessageGroupId;
  const asked = {
    MessageBody: input,
    QueueUrl: `${address.http}/${account}/${resource}`,
    ...(group !== undefined && { MessageGroupId: group }),
  };
  return {
    text: JSON.stringify(asked),
    permission: { action: 'sqs:SendMessage', resource: target.Arn },
    send: async (origin) => (await dispatch.call('sqs', 'SendMessage', asked, { ...origin, region })).MessageId,
  };
}

function topicRequest(
  { dispatch }: Platform,
  { arn: { region } }: Called,
  asked: { readonly TopicArn: string; readonly Message: string },
): TargetRequest {
  return {
    text: JSON.stringify(asked),
    permission: { action: 'sns:Publish', resource: asked.TopicArn },
    send: async (origin) => (await dispatch.call('sns', 'Publish', asked, { ...origin, region })).MessageId,
  };
}

function recordRequest(
  { dispatch }: Platform,
  { arn: { region } }: Called,
  asked: { readonly Data: string; readonly PartitionKey: string; readonly StreamARN: string },
): TargetRequest {
  return {
    text: JSON.stringify(asked),
    permission: { action: 'kinesis:PutRecord', resource: asked.StreamARN },
    async send(origin) {
      const record = { ...asked, Data: Buffer.from(asked.Data) };
      return (await dispatch.call('kinesis', 'PutRecord', record, { ...origin, region })).SequenceNumber;
    },
  };
}

function busRequest({ dispatch }: Platform, schedule: Schedule, Detail: string): TargetRequest {
  const { target } = schedule;
  const { DetailType, Source } = target.EventBridgeParameters ?? {};
  const Entries = [{ Detail, DetailType, EventBusName: target.Arn, Resources: [scheduleArn(schedule)], Source }];
  return {
    text: JSON.stringify({ Entries }),
    permission: { action: 'events:PutEvents', resource: target.Arn },
    async send(origin) {
      const { Entries: [entry] = [] } = await dispatch.call('events', 'PutEvents', { Entries }, origin);
      if (entry?.ErrorCode !== undefined) throw new ServiceError(entry.ErrorCode, entry.ErrorMessage ?? '');
      return entry?.EventId;
    },
  };
}

async function universalRequest(
  platform: Platform,
  called: Called,
  { text, arn }: { readonly text: string; readonly arn: string },
): Promise<TargetRequest> {
  const { dispatch, ids } = platform;
  const found = await findOperation(platform, called);
  if (!found) return standInRequest(platform, arn, text);
  const { service, operation, model } = found;
  return {
    text,
    async send(origin) {
      const input = readRequest(model, operation, text);
      await dispatch.run(service, operation, input, { ...origin, requestId: ids.uuid() });
      return undefined;
    },
  };
}

/**
 * An operation's input of its JSON, wherever the wire has its members. A payload (Lambda's) is text there, where the
 * wire has bytes.
 */
function readRequest(model: ServiceModel, operation: string, text: string): unknown {
  const shape = model.shapes[model.operations[operation]?.input ?? ''];
  if (shape?.type !== 'structure') return {};
  const fields: unknown = JSON.parse(text);
  const read = Object.entries(Object(fields)).map(([field, value]) => {
    const name = memberOf(shape.members, field) ?? field;
    const { shape: member = '' } = ownEntry(shape.members, name) ?? {};
    if (name === shape.payload && typeof value === 'string') return [name, Buffer.from(value)];
    return [name, jsonReader(model, member)(value)];
  });
  return Object.fromEntries(read);
}

function standInRequest({ standIns }: Platform, arn: string, input: string): TargetRequest {
  return {
    text: input,
    async send() {
      standIns.receive({ via: 'schedule', arn, input });
      return undefined;
    },
  };
}

/** What a target without Input gets. Not documented; so it was seen in functions on AWS. */
function defaultInput({ ids }: Platform, schedule: Schedule, { scheduledAt }: Context): string {
  const { account, region } = schedule;
  return JSON.stringify({
    version: '0',
    id: ids.uuid(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account,
    time: isoTime(scheduledAt),
    region,
    resources: [scheduleArn(schedule)],
    detail: '{}',
  });
}
