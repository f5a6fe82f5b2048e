// Every topic of this cloud: rows in the table `sns/topics`, and who may do what to them.
import { type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import { isOwner } from '../../permissions/authorize.ts';
import type { Platform } from '../../platform.ts';
import { defaultPolicy } from './policy.ts';
import { notAuthorized, topicNotFound } from './refusals.ts';
import { parseTopicArn, type Topic, type TopicPlace, topicArn, topicKey } from './topic.ts';

const TOPICS = tableOf<Topic>('sns/topics');

/**
 * Services whose calls bear AWS:SourceOwner, which the default policy asks for. Source: SNS developer guide, "Amazon
 * CloudWatch alarms publish to a topic in the same account"; EventBridge and S3 need a statement of their own.
 */
const BEAR_SOURCE_OWNER = ['cloudwatch.amazonaws.com'];

export class Topics {
  readonly #platform: Platform;
  readonly #rows: Table<Topic>;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#rows = platform.backbone.table(TOPICS);
  }

  find(place: TopicPlace): Topic | undefined {
    return this.#rows.get(topicKey(place))?.value;
  }

  /**
   * The topic of an ARN, for a caller who may do `action` there.
   * @throws InvalidParameter, NotFound, AuthorizationError
   */
  async open(arn: string, call: Call, action: string, context: Readonly<Record<string, string>> = {}): Promise<Topic> {
    const place = parseTopicArn(arn, call);
    const topic = this.find(place);
    await this.authorize(topic ?? place, call, action, context);
    if (!topic) throw topicNotFound();
    return topic;
  }

  /** @throws AuthorizationError */
  async authorize(
    topic: Topic | TopicPlace,
    call: Call,
    action: string,
    context: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    if (isOwner(call, topic.account)) return;
    const policy = 'attributes' in topic ? (topic.attributes['Policy'] ?? defaultPolicy(topic)) : undefined;
    const denied = await this.#platform.access.findRefusal(call, {
      action: `SNS:${action}`,
      resource: topicArn(topic),
      owner: topic.account,
      policy,
      ...('tags' in topic && { tags: topic.tags }),
      context: { ...context, ...sourceOwner(call) },
    });
    if (denied !== undefined) throw notAuthorized(denied);
  }

  list({ account, region }: Pick<Call, 'account' | 'region'>): Topic[] {
    return this.#rows.list(`${account}/${region}/`).map(({ value }) => value);
  }

  all(): Topic[] {
    return this.#rows.list().map(({ value }) => value);
  }

  /** Writes what `change` makes of a topic as it stands by then; `undefined`: there is none. */
  async put(place: TopicPlace, change: (topic: Topic | undefined) => Topic): Promise<Topic> {
    return (await updateRow(this.#rows, topicKey(place), change)).value;
  }

  /** @throws what `change` throws; NotFound when the topic is gone by then. */
  change(place: TopicPlace, change: (topic: Topic) => Topic): Promise<Topic> {
    return this.put(place, (topic) => {
      if (!topic) throw topicNotFound();
      return change(topic);
    });
  }

  async delete(place: TopicPlace): Promise<void> {
    await this.#rows.delete(topicKey(place));
  }
}

function sourceOwner({ principal }: Call): Readonly<Record<string, string>> {
  if (principal.kind !== 'service' || !BEAR_SOURCE_OWNER.includes(principal.service)) return {};
  const account = principal.sourceArn?.split(':')[4];
  return account ? { 'AWS:SourceOwner': account } : {};
}
