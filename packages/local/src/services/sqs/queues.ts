// Every queue of this cloud: rows in the table `sqs/queues`, and beside each row a message queue of the backbone.
import type { QueueState } from '@earwitness/protocol/internal/admin/cloud-state';
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { type Row, type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import { isOwner } from '../../permissions/authorize.ts';
import type { Platform } from '../../platform.ts';
import { MESSAGES } from './message.ts';
import { isFifo, parseQueueUrl, type Queue, type QueueRecord, queueArn, queueKey } from './queue.ts';
import { queueDoesNotExist, refusal } from './refusals.ts';

export const MOVE_TASKS = tableOf<MoveTask>('sqs/move-tasks');
const QUEUES = tableOf<QueueRecord>('sqs/queues');

/** A message-move task that has run. Times are epoch ms. */
export interface MoveTask {
  readonly sourceArn: string;
  readonly destinationArn?: string;
  readonly moved: number;
  readonly failureReason?: string;
  readonly startedAt: number;
}

export class Queues {
  readonly platform: Platform;
  readonly moveTasks: Table<MoveTask>;
  readonly #rows: Table<QueueRecord>;
  /**
   * Services that a queue has let send, on behalf of what. As long as the row is the same, it would do so again: its
   * policy looks at nothing else.
   */
  readonly #letIn = new WeakMap<QueueRecord, Set<string>>();

  constructor(platform: Platform) {
    this.platform = platform;
    this.moveTasks = platform.backbone.table(MOVE_TASKS);
    this.#rows = platform.backbone.table(QUEUES);
  }

  /** @throws QueueDoesNotExist. */
  byUrl(url: string, call: Call): Queue {
    const parsed = parseQueueUrl(url, call.account);
    const queue = parsed && this.find({ region: call.region, ...parsed });
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  /**
   * The queue behind a URL, for a caller who may do `action` there.
   * @throws QueueDoesNotExist, AccessDenied.
   */
  async open(url: string, call: Call, action: string): Promise<Queue> {
    const queue = this.byUrl(url, call);
    const { record } = queue;
    // Most calls: the account's own, and a rule that sends one event after the other.
    if (isOwner(call, record.account)) return queue;
    const { access, journal } = this.platform;
    const sender = action === 'SendMessage' ? senderOf(call) : undefined;
    if (sender !== undefined && this.letsIn(queue, sender) && !journal.isWatched) return queue;
    const resource = queueArn(record);
    const { Policy: policy } = record.attributes;
    const denied = await access.findRefusal(call, {
      action: `sqs:${action}`.toLowerCase(),
      resource,
      owner: record.account,
      policy,
      tags: record.tags,
    });
    if (denied !== undefined) throw refusal('AccessDenied', denied);
    if (sender !== undefined) this.#remember(record, sender);
    return queue;
  }

  /** Whether the queue, as it stands, has let this sender (`senderKey`) send before. */
  letsIn({ record }: Queue, sender: string): boolean {
    return this.#letIn.get(record)?.has(sender) ?? false;
  }

  #remember(record: QueueRecord, sender: string): void {
    const known = this.#letIn.get(record);
    if (known) known.add(sender);
    else this.#letIn.set(record, new Set([sender]));
  }

  find(name: Pick<QueueRecord, 'account' | 'region' | 'name'>): Queue | undefined {
    const row = this.#rows.get(queueKey(name));
    return row && this.#queue(row.key, row.value);
  }

  byArn(arn: string): Queue | undefined {
    const parsed = parseArn(arn);
    return parsed?.service === 'sqs' ? this.find({ ...parsed, name: parsed.resource }) : undefined;
  }

  /** The message-move tasks of a queue, newest first. */
  tasksOf(sourceArn: string): Row<MoveTask>[] {
    return this.moveTasks.list(`${sourceArn} `).sort((a, b) => b.revision - a.revision);
  }

  /** Forgets which message-move tasks ran. */
  async forgetMoves(): Promise<void> {
    for (const { key } of this.moveTasks.list()) await this.moveTasks.delete(key);
  }

  /** Queues of an account in a region by name. */
  list({ account, region }: Pick<Call, 'account' | 'region'>, prefix = ''): QueueRecord[] {
    return this.#rows.list(`${account}/${region}/${prefix}`).map((row) => row.value);
  }

  all(): QueueRecord[] {
    return this.#rows.list().map(({ value }) => value);
  }

  /** Every queue and how many messages lie in it. */
  state(): Promise<QueueState[]> {
    return Promise.all(
      this.#rows.list().map(async ({ key, value }) => {
        const { record, messages } = this.#queue(key, value);
        const { visible, inFlight, delayed } = await messages.counts();
        const { name } = record;
        return { name, arn: queueArn(record), url: this.url(record), visible, hidden: inFlight, delayed };
      }),
    );
  }

  url({ account, name }: Pick<QueueRecord, 'account' | 'name'>): string {
    return `${this.platform.address.http}/${account}/${name}`;
  }

  /** Writes a queue that there was not. */
  async create(record: QueueRecord): Promise<void> {
    await this.#rows.put(queueKey(record), record);
  }

  /**
   * Writes what `change` makes of a queue's row as it stands by then: another change may have come since it was read.
   * @throws what `change` throws; QueueDoesNotExist when the queue is gone by then.
   */
  async change(queue: Queue, change: (record: QueueRecord) => QueueRecord): Promise<void> {
    await updateRow(this.#rows, queue.key, (record) => {
      if (!record) throw queueDoesNotExist();
      return change(record);
    });
  }

  async delete(queue: Queue): Promise<void> {
    await this.#rows.delete(queue.key);
    for (const { key } of this.tasksOf(queueArn(queue.record))) await this.moveTasks.delete(key);
    await this.platform.backbone.removeQueue(MESSAGES, queue.key);
  }

  #queue(key: string, record: QueueRecord): Queue {
    return { key, record, messages: this.platform.backbone.queue(MESSAGES, key, { isOrdered: isFifo(record) }) };
  }
}

/** The sender that a call names; none where the policy may look at more of it than `senderKey` has. */
function senderOf({ principal }: Call): string | undefined {
  return principal.kind === 'service' && principal.sourceAccount === undefined ? senderKey(principal) : undefined;
}

/** Names who sends: a service, on behalf of what. */
export function senderKey({ service, sourceArn = '' }: { readonly service: string; readonly sourceArn?: string }) {
  return `${service} ${sourceArn}`;
}
