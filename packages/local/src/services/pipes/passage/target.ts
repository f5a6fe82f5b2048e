// The target of a pipe: it gets the batch, and what it did not take is told by record. Source: EventBridge user guide,
// "Amazon EventBridge Pipes targets" and "Batching and concurrency".
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { parsePayload } from '@earwitness/protocol/internal/aws/payload';
import { parseTimestamp } from '@earwitness/protocol/internal/aws/scalar';
import { resolveParameter } from '@earwitness/protocol/internal/events/pipe-template';
import { succeededOf } from '../../../polling/record.ts';
import type { Pipe } from '../pipe.ts';
import { checkRole, originOf } from '../role.ts';
import { placeAt } from '../settings.ts';
import type { Callers } from './api-destination.ts';
import { invokeFunction, startExecution } from './invocation.ts';
import { batchText, type Item, type SourceRecord } from './item.ts';

interface Sent {
  readonly items: readonly Item[];
  readonly records: readonly SourceRecord[];
}

interface Taken {
  /** Records that the target did not take. */
  readonly failed: readonly SourceRecord[];
  readonly failure?: { readonly code: string; readonly message: string };
}

const ALL_TAKEN: Taken = { failed: [] };

/** @throws ServiceError when the target took nothing */
export async function sendToTarget(parts: Callers, pipe: Pipe, sent: Sent): Promise<Taken> {
  const { Target: arn, TargetParameters } = pipe.settings;
  const { platform, apiDestinations } = parts;
  const [first] = sent.items;
  switch (placeAt(arn)) {
    case 'function':
      return sendToFunction(parts, pipe, sent);
    case 'state-machine':
      return sendToStateMachine(parts, pipe, sent);
    case 'queue':
      return sendToQueue(parts, pipe, sent);
    case 'topic':
      return sendToTopic(parts, pipe, sent);
    case 'stream':
      return sendToStream(parts, pipe, sent);
    case 'bus':
      return sendToBus(parts, pipe, sent);
    case 'log':
      return sendToLog(parts, pipe, sent);
    case 'api-destination': {
      if (!first) return ALL_TAKEN;
      const answer = await apiDestinations.call(pipe, {
        arn,
        item: first,
        parameters: TargetParameters?.HttpParameters,
      });
      return takenBy(sent.records, answer);
    }
    case 'table-stream':
    case 'other':
      platform.standIns.receive({ via: 'pipe', arn, input: batchText(sent.items) });
      return ALL_TAKEN;
  }
}

async function sendToFunction({ platform }: Callers, pipe: Pipe, { items, records }: Sent): Promise<Taken> {
  const { Target: arn, TargetParameters } = pipe.settings;
  const isAsynchronous = TargetParameters?.LambdaFunctionParameters?.InvocationType === 'FIRE_AND_FORGET';
  const type = isAsynchronous ? 'Event' : 'RequestResponse';
  const answer = await invokeFunction(platform, pipe, { arn, payload: batchText(items), type });
  return isAsynchronous ? ALL_TAKEN : takenBy(records, answer);
}

async function sendToStateMachine({ platform }: Callers, pipe: Pipe, { items, records }: Sent): Promise<Taken> {
  const { Target: arn, TargetParameters } = pipe.settings;
  const isSynchronous = TargetParameters?.StepFunctionStateMachineParameters?.InvocationType !== 'FIRE_AND_FORGET';
  const answer = await startExecution(platform, pipe, { arn, input: batchText(items), isSynchronous });
  return isSynchronous ? takenBy(records, answer) : ALL_TAKEN;
}

/** What is left by an answer that may name failures. It needs no setting, unlike that of an event source mapping. */
function takenBy(records: readonly SourceRecord[], answer: string): Taken {
  const done = succeededOf(records, parsePayload(answer), ({ id }) => id);
  const failed = records.filter((record) => !done.includes(record));
  if (failed.length === 0) return ALL_TAKEN;
  return { failed, failure: { code: 'BatchItemFailures', message: 'The target named them in its answer.' } };
}

async function sendToQueue({ platform }: Callers, pipe: Pipe, { items, records }: Sent): Promise<Taken> {
  const { Target: arn, TargetParameters } = pipe.settings;
  await checkRole(platform, pipe, { action: 'sqs:SendMessage', resource: arn });
  const { account, region, resource } = parseArn(arn) ?? { account: '', region: '', resource: '' };
  const { MessageGroupId: group, MessageDeduplicationId: unique } = TargetParameters?.SqsQueueParameters ?? {};
  const Entries = items.map(({ text, open }, index) => ({
    Id: String(index),
    MessageBody: text,
    ...(group !== undefined && { MessageGroupId: resolveParameter(group, open) }),
    ...(unique !== undefined && { MessageDeduplicationId: resolveParameter(unique, open) }),
  }));
  const asked = { QueueUrl: `${platform.address.http}/${account}/${resource}`, Entries };
  const origin = { ...originOf(pipe), region };
  const { Failed = [] } = await platform.dispatch.call('sqs', 'SendMessageBatch', asked, origin);
  return takenBut(Failed, { items, records });
}

async function sendToTopic({ platform }: Callers, pipe: Pipe, sent: Sent): Promise<Taken> {
  const { Target: TopicArn } = pipe.settings;
  await checkRole(platform, pipe, { action: 'sns:Publish', resource: TopicArn });
  const PublishBatchRequestEntries = sent.items.map(({ text: Message }, index) => ({ Id: String(index), Message }));
  const asked = { TopicArn, PublishBatchRequestEntries };
  const origin = { ...originOf(pipe), region: parseArn(TopicArn)?.region ?? '' };
  const { Failed = [] } = await platform.dispatch.call('sns', 'PublishBatch', asked, origin);
  return takenBut(Failed, sent);
}

async function sendToStream({ platform }: Callers, pipe: Pipe, { items, records }: Sent): Promise<Taken> {
  const { Target: StreamARN, TargetParameters } = pipe.settings;
  await checkRole(platform, pipe, { action: 'kinesis:PutRecords', resource: StreamARN });
  const key = TargetParameters?.KinesisStreamParameters?.PartitionKey ?? '';
  const Records = items.map(({ text, open }) => ({
    Data: Buffer.from(text),
    PartitionKey: resolveParameter(key, open),
  }));
  const answer = await platform.dispatch.call('kinesis', 'PutRecords', { StreamARN, Records }, originOf(pipe));
  const refused = answer.Records.find(({ ErrorCode }) => ErrorCode !== undefined);
  if (!refused) return ALL_TAKEN;
  const places = answer.Records.flatMap(({ ErrorCode }, index) => (ErrorCode === undefined ? [] : [index]));
  const failure = { code: refused.ErrorCode ?? '', message: refused.ErrorMessage ?? '' };
  return { failed: recordsAt(places, items, records), failure };
}

/** What is left by the answer to a batch whose entries have the places of items as their ids. */
function takenBut(
  failed: readonly { readonly Id: string; readonly Code: string; readonly Message?: string | undefined }[],
  { items, records }: Sent,
): Taken {
  const [refused] = failed;
  if (!refused) return ALL_TAKEN;
  const places = failed.map(({ Id }) => Number(Id));
  const failure = { code: refused.Code, message: refused.Message ?? '' };
  return { failed: recordsAt(places, items, records), failure };
}

async function sendToBus({ platform }: Callers, pipe: Pipe, { items, records }: Sent): Promise<Taken> {
  const { Target: arn, TargetParameters } = pipe.settings;
  await checkRole(platform, pipe, { action: 'events:PutEvents', resource: arn });
  const given = TargetParameters?.EventBridgeEventBusParameters ?? {};
  const { Source: source, DetailType: detailType, Resources: resources, Time: time } = given;
  const service = parseArn(pipe.settings.Source)?.service ?? '';
  const Entries = items.map(({ text, open }) => {
    const at = time === undefined ? undefined : parseTimestamp(resolveParameter(time, open));
    return {
      Detail: text,
      // Source: events of pipes as others received them.
      DetailType: detailType === undefined ? `Event from aws:${service}` : resolveParameter(detailType, open),
      Source: source === undefined ? `Pipe ${pipe.name}` : resolveParameter(source, open),
      EventBusName: arn,
      ...(resources && { Resources: resources.map((one) => resolveParameter(one, open)) }),
      ...(at !== undefined && { Time: at }),
    };
  });
  const { Entries: answers = [] } = await platform.dispatch.call('events', 'PutEvents', { Entries }, originOf(pipe));
  const places = answers.flatMap(({ ErrorCode }, index) => (ErrorCode === undefined ? [] : [index]));
  const refused = answers.find(({ ErrorCode }) => ErrorCode !== undefined);
  if (!refused) return ALL_TAKEN;
  const failure = { code: refused.ErrorCode ?? '', message: refused.ErrorMessage ?? '' };
  return { failed: recordsAt(places, items, records), failure };
}

async function sendToLog({ platform }: Callers, pipe: Pipe, { items }: Sent): Promise<Taken> {
  const { Target: arn, TargetParameters } = pipe.settings;
  const { dispatch, clock } = platform;
  const { LogStreamName, Timestamp } = TargetParameters?.CloudWatchLogsParameters ?? {};
  await checkRole(platform, pipe, {
    ...{ action: 'logs:PutLogEvents', resource: arn, resourceInPolicy: `${arn.replace(/:\*$/, '')}:*` },
  });
  const { region = '', resource = '' } = parseArn(arn) ?? {};
  const origin = { ...originOf(pipe), region };
  const logGroupName = resource.replace(/^log-group:/, '').replace(/:\*$/, '');
  const logStreamName = resolveParameter(LogStreamName ?? pipe.name, items[0]?.open ?? '{}');
  try {
    await dispatch.call('logs', 'CreateLogStream', { logGroupName, logStreamName }, origin);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ResourceAlreadyExistsException') throw error;
  }
  const logEvents = items.map(({ text, open }) => {
    const at = Timestamp === undefined ? undefined : Number(resolveParameter(Timestamp, open));
    return { message: text, timestamp: at === undefined || Number.isNaN(at) ? clock.now() : at };
  });
  logEvents.sort((a, b) => a.timestamp - b.timestamp);
  await dispatch.call('logs', 'PutLogEvents', { logGroupName, logStreamName, logEvents }, origin);
  return ALL_TAKEN;
}

/** The records of items; where one is not known to be of any, all of them. */
function recordsAt(
  places: readonly number[],
  items: readonly Item[],
  records: readonly SourceRecord[],
): readonly SourceRecord[] {
  const found = places.map((place) => items[place]?.record);
  return found.includes(undefined) ? records : records.filter((record) => found.includes(record));
}
