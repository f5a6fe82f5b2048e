// A tap on an SNS topic: a queue, its right to be written to by the topic, and a subscription. It is made for one
// subscription of the kit and removed with it. A process that is killed leaves its tap behind; the next one on that
// topic removes those older than any run.
//
//   earwitness-tap-<created, seconds since 1970 in base 36>-<8 signs>         the queue's name
import { wallClock } from '../../hearing/clock.ts';
import { TransportError } from '../../hearing/transport.ts';

type SnsSdk = typeof import('@aws-sdk/client-sns');
type SqsSdk = typeof import('@aws-sdk/client-sqs');

/** The SDKs and a client of each. */
export interface SnsTapClients {
  readonly snsSdk: SnsSdk;
  readonly sqsSdk: SqsSdk;
  readonly topics: InstanceType<SnsSdk['SNSClient']>;
  readonly queues: InstanceType<SqsSdk['SQSClient']>;
  close(): void;
}

/** What was made. */
export interface SnsTap {
  readonly queueUrl: string;
  readonly subscriptionArn: string;
}

const PREFIX = 'earwitness-tap-';
const TAGS = { 'earwitness:purpose': 'a test listens; safe to delete' };
/** The owner of a tap this old has ended, s. Ours: hosted CI jobs end after six hours. */
const ORPHAN_AGE_S = 6 * 3600;
/** How long the queue keeps unread messages, s. Ours. */
const RETENTION_S = 3600;

/** @throws TransportError naming what to install */
export async function loadSnsSdk(): Promise<SnsTapClients> {
  const missing = (cause: unknown) => {
    const packages = '@aws-sdk/client-sns @aws-sdk/client-sqs';
    throw new TransportError(`hearing an SNS topic needs two packages: npm install -D ${packages}`, { cause });
  };
  const [snsSdk, sqsSdk] = await Promise.all([
    import('@aws-sdk/client-sns').catch(missing),
    import('@aws-sdk/client-sqs').catch(missing),
  ]);
  const [topics, queues] = [new snsSdk.SNSClient({}), new sqsSdk.SQSClient({})];
  const close = () => {
    topics.destroy();
    queues.destroy();
  };
  return { snsSdk, sqsSdk, topics, queues, close };
}

/** Makes the queue and the subscription; when that fails, what was made is removed again. */
export async function makeSnsTap(clients: SnsTapClients, topicArn: string): Promise<SnsTap> {
  const { snsSdk, sqsSdk, topics, queues } = clients;
  const name = `${PREFIX}${nowInSeconds().toString(36)}-${crypto.randomUUID().slice(0, 8)}`;
  const { QueueUrl = '' } = await queues.send(
    new sqsSdk.CreateQueueCommand({
      QueueName: name,
      tags: TAGS,
      Attributes: { MessageRetentionPeriod: String(RETENTION_S), Policy: policyFor(topicArn) },
    }),
  );
  try {
    const asked = new sqsSdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
    const { Attributes = {} } = await queues.send(asked);
    const { SubscriptionArn = '' } = await topics.send(
      new snsSdk.SubscribeCommand({
        TopicArn: topicArn,
        Protocol: 'sqs',
        Endpoint: Attributes['QueueArn'] ?? '',
        Attributes: { RawMessageDelivery: 'true' },
        ReturnSubscriptionArn: true,
      }),
    );
    return { queueUrl: QueueUrl, subscriptionArn: SubscriptionArn };
  } catch (error) {
    await removeQueue(clients, QueueUrl).catch(() => undefined);
    throw error;
  }
}

/** Removes a tap. */
export async function removeSnsTap(clients: SnsTapClients, { queueUrl, subscriptionArn }: SnsTap): Promise<void> {
  const { snsSdk, topics } = clients;
  await topics.send(new snsSdk.UnsubscribeCommand({ SubscriptionArn: subscriptionArn })).catch(unlessGone);
  await removeQueue(clients, queueUrl);
}

/** Removes what killed processes left on this topic. Without the permission to list one can listen all the same. */
export async function removeSnsOrphans(clients: SnsTapClients, topicArn: string): Promise<void> {
  const { snsSdk, sqsSdk, topics, queues } = clients;
  const asked = new snsSdk.ListSubscriptionsByTopicCommand({ TopicArn: topicArn });
  const { Subscriptions = [] } = await topics.send(asked).catch(() => ({ Subscriptions: [] }));
  for (const { SubscriptionArn: subscriptionArn = '', Endpoint = '' } of Subscriptions) {
    const name = Endpoint.split(':').at(-1) ?? '';
    if (!name.startsWith(PREFIX)) continue;
    const createdAt = Number.parseInt(name.slice(PREFIX.length), 36);
    if (!(createdAt < nowInSeconds() - ORPHAN_AGE_S)) continue;
    const found = await queues.send(new sqsSdk.GetQueueUrlCommand({ QueueName: name })).catch(() => undefined);
    await removeSnsTap(clients, { subscriptionArn, queueUrl: found?.QueueUrl ?? '' }).catch(() => undefined);
  }
}

async function removeQueue({ sqsSdk, queues }: SnsTapClients, queueUrl: string): Promise<void> {
  if (queueUrl === '') return;
  await queues.send(new sqsSdk.DeleteQueueCommand({ QueueUrl: queueUrl })).catch(unlessGone);
}

/** @throws the error, unless it says that there is nothing to remove */
function unlessGone(error: unknown): void {
  if (error instanceof Error && /NotFound|NonExistentQueue|QueueDoesNotExist/.test(error.name)) return;
  throw error;
}

function policyFor(topicArn: string): string {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: '*',
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

function nowInSeconds(): number {
  return Math.floor(wallClock.now() / 1000);
}
