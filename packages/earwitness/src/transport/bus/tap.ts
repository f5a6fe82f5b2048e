// A tap on an event bus: a queue, a rule for every event, the rule's right to write to the queue. It is made for one
// subscription and removed with it. A process that is killed leaves its tap behind; the next subscription on that bus
// removes those older than any run.
//
//   earwitness-tap-<created, seconds since 1970 in base 36>-<8 signs>         one name for the rule and the queue
import { wallClock } from '../../hearing/clock.ts';
import { TransportError } from '../../hearing/transport.ts';

type EventBridgeSdk = typeof import('@aws-sdk/client-eventbridge');
type SqsSdk = typeof import('@aws-sdk/client-sqs');

/** The SDKs and a client of each. */
export interface TapClients {
  readonly eventBridge: EventBridgeSdk;
  readonly sqs: SqsSdk;
  readonly events: InstanceType<EventBridgeSdk['EventBridgeClient']>;
  readonly queues: InstanceType<SqsSdk['SQSClient']>;
  close(): void;
}

/** What was made. */
export interface Tap {
  /** Of the rule and of the queue. */
  readonly name: string;
  readonly queueUrl: string;
}

const PREFIX = 'earwitness-tap-';
const TARGET_ID = 'tap';
const TAGS = { 'earwitness:purpose': 'a test listens; safe to delete' };
/** The owner of a tap this old has ended, s. Ours: hosted CI jobs end after six hours. */
const ORPHAN_AGE_S = 6 * 3600;
/** How long the queue keeps unread messages, s. Ours. */
const RETENTION_S = 3600;

/** @throws TransportError naming what to install */
export async function loadTapSdk(): Promise<TapClients> {
  const missing = (cause: unknown) => {
    const packages = '@aws-sdk/client-eventbridge @aws-sdk/client-sqs';
    throw new TransportError(`hearing a bus needs two packages: npm install -D ${packages}`, { cause });
  };
  const [eventBridge, sqs] = await Promise.all([
    import('@aws-sdk/client-eventbridge').catch(missing),
    import('@aws-sdk/client-sqs').catch(missing),
  ]);
  const [events, queues] = [new eventBridge.EventBridgeClient({}), new sqs.SQSClient({})];
  const close = () => {
    events.destroy();
    queues.destroy();
  };
  return { eventBridge, sqs, events, queues, close };
}

/** Makes the rule, the queue and the target; when that fails, what was made is removed again. */
export async function makeTap(clients: TapClients, bus: string): Promise<Tap> {
  const { eventBridge, sqs, events, queues } = clients;
  const name = `${PREFIX}${nowInSeconds().toString(36)}-${crypto.randomUUID().slice(0, 8)}`;
  const { RuleArn } = await events.send(
    new eventBridge.PutRuleCommand({
      Name: name,
      EventBusName: bus,
      EventPattern: JSON.stringify({ source: [{ prefix: '' }] }),
      Tags: Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  try {
    const { QueueUrl = '' } = await queues.send(
      new sqs.CreateQueueCommand({
        QueueName: name,
        tags: TAGS,
        Attributes: { MessageRetentionPeriod: String(RETENTION_S), Policy: policyFor(RuleArn ?? '') },
      }),
    );
    const asked = new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
    const { Attributes = {} } = await queues.send(asked);
    const Targets = [{ Id: TARGET_ID, Arn: Attributes['QueueArn'] ?? '' }];
    await events.send(new eventBridge.PutTargetsCommand({ Rule: name, EventBusName: bus, Targets }));
    return { name, queueUrl: QueueUrl };
  } catch (error) {
    await removeByName(clients, bus, name).catch(() => undefined);
    throw error;
  }
}

/** Removes a tap. */
export function removeTap(clients: TapClients, bus: string, { name }: Tap): Promise<void> {
  return removeByName(clients, bus, name);
}

/** Removes what killed processes left on this bus. Without the permission to list rules one can listen all the same. */
export async function removeOrphans(clients: TapClients, bus: string): Promise<void> {
  const { eventBridge, events } = clients;
  const asked = new eventBridge.ListRulesCommand({ EventBusName: bus, NamePrefix: PREFIX });
  const { Rules = [] } = await events.send(asked).catch(() => ({ Rules: [] }));
  for (const { Name: name = '' } of Rules) {
    const createdAt = Number.parseInt(name.slice(PREFIX.length), 36);
    if (createdAt < nowInSeconds() - ORPHAN_AGE_S) await removeByName(clients, bus, name).catch(() => undefined);
  }
}

async function removeByName(
  { eventBridge, sqs, events, queues }: TapClients,
  bus: string,
  name: string,
): Promise<void> {
  const gone = (error: unknown) => {
    const isGone = error instanceof Error && /ResourceNotFound|NonExistentQueue|QueueDoesNotExist/.test(error.name);
    if (!isGone) throw error;
    return undefined;
  };
  const rule = { EventBusName: bus };
  await events.send(new eventBridge.RemoveTargetsCommand({ ...rule, Rule: name, Ids: [TARGET_ID] })).catch(gone);
  await events.send(new eventBridge.DeleteRuleCommand({ ...rule, Name: name })).catch(gone);
  const found = await queues.send(new sqs.GetQueueUrlCommand({ QueueName: name })).catch(gone);
  if (found?.QueueUrl) await queues.send(new sqs.DeleteQueueCommand({ QueueUrl: found.QueueUrl })).catch(gone);
}

function policyFor(ruleArn: string): string {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: '*',
    Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

function nowInSeconds(): number {
  return Math.floor(wallClock.now() / 1000);
}
