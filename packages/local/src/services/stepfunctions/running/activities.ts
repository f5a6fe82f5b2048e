// Tasks of activities: each waits in a queue of its activity until a worker takes it, on whichever node.
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { TaskAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import type { Json } from '@earwitness/protocol/internal/states-language/json';
import { messageQueueOf } from '../../../backbone/message-queue.ts';
import type { Platform } from '../../../platform.ts';
import { activityKey } from '../activity.ts';
import { type ExecutionRow, executionKey } from '../execution.ts';
import { ACTIVITIES } from '../tables.ts';

/** A task that waits for a worker. */
export interface ActivityJob {
  readonly key: string;
  /** Of the execution's row. */
  readonly id: string;
  readonly task: string;
  readonly token: string;
  readonly input: Json;
}

const QUEUES = messageQueueOf<ActivityJob>('stepfunctions/activity-tasks');
/** Source: API reference, GetActivityTask: it waits 60 seconds. */
const POLL_MS = 60_000;
/** Ours: for how long a node may take to say that a task was taken. */
const TAKING_MS = 60_000;
/** A task waits as long as its execution may run. Source: Step Functions developer guide, "Service quotas": a year. */
const WAITING_MS = 365 * 24 * 3600 * 1000;

export class ActivityTasks {
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Whether there is the activity of that ARN. */
  exists(arn: string): boolean {
    const [, , , region = '', account = '', , name = ''] = arn.split(':');
    return this.#platform.backbone.table(ACTIVITIES).get(activityKey({ account, region, name })) !== undefined;
  }

  async add({ id, execution }: ExecutionRow, { task, token = '', resource, input }: TaskAsk): Promise<void> {
    const { clock } = this.#platform;
    const content = { key: executionKey(execution.about), id, task, token, input };
    const now = clock.now();
    await this.#queue(resource).send({ id: `${id} ${task}`, content, sentAt: now, visibleAt: now });
  }

  /**
   * The next task that `begin` says is still wanted; that tells its execution that it was taken. `undefined` when none
   * came in time.
   */
  async take(
    arn: string,
    { signal, begin }: { signal: AbortSignal | undefined; begin: (job: ActivityJob) => Promise<boolean> },
  ): Promise<ActivityJob | undefined> {
    const { clock } = this.#platform;
    const until = clock.now() + POLL_MS;
    const queue = this.#queue(arn);
    for (;;) {
      const [message] = await queue.receive({
        ...{ max: 1, visibilityMs: TAKING_MS, retentionMs: WAITING_MS, signal },
        waitMs: Math.max(until - clock.now(), 0),
      });
      if (!message) return undefined;
      const isWanted = await begin(message.content);
      await queue.delete(message.receipt);
      if (isWanted) return message.content;
    }
  }

  #queue(arn: string) {
    return this.#platform.backbone.queue(QUEUES, arn, { isOrdered: false });
  }
}

/** Whether no worker has taken a task yet. */
export function isUntaken({ status, threads }: Execution, task: string): boolean {
  if (status !== 'RUNNING') return false;
  return Object.values(threads).some(
    ({ waiting }) => waiting.kind === 'task' && waiting.task === task && waiting.startedAt === undefined,
  );
}
