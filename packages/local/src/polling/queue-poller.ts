// Takes messages out of queues for who has them done: receives by long poll, hands over a batch, and deletes what was
// taken care of. What was not becomes visible again by the queue's own time-out. Everything passes through the
// dispatcher, so that queues see an ordinary consumer.

import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Message } from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Call } from '../call.ts';
import type { Platform } from '../platform.ts';

/**
 * Batches at a time, unless a feed says otherwise. Source: Lambda developer guide, "Using Lambda with Amazon SQS"
 * (starts with five).
 */
const CONCURRENT_BATCHES = 5;
/** The longest that SQS lets a receiver wait. */
const POLL_SECONDS = 20;
/** Messages that SQS hands out at once. */
const RECEIVE_MAX_MESSAGES = 10;
/** Ours: the pause after a queue refused. */
const PAUSE_MS = 10_000;

/** On whose behalf messages are taken. */
export type Origin = Omit<Call, 'requestId'>;

/** A queue, and who takes its messages. */
export interface Feed {
  /** By which it is stopped. */
  readonly id: string;
  /** What it is called in warnings: `event source mapping arn:…`. */
  readonly about: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly concurrency?: number;
  /** Asked when polling begins, and again after a refusal. */
  origin(): Promise<Origin>;
  /** Takes a batch, and returns what is done with: that is deleted. */
  take(messages: readonly Message[], origin: Origin): Promise<readonly Message[]>;
}

/** Where the messages are, and on whose behalf they are taken. */
interface Source {
  readonly QueueUrl: string;
  readonly origin: Origin;
}

export class QueuePoller {
  readonly #platform: Platform;
  readonly #loops = new Map<string, AbortController>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Begins to poll; a feed of the same id is stopped before. */
  start(feed: Feed): void {
    this.stop(feed.id);
    const controller = new AbortController();
    this.#loops.set(feed.id, controller);
    void this.#poll(feed, controller.signal);
  }

  stop(id: string): void {
    this.#loops.get(id)?.abort(new Error('The polling was stopped.'));
    this.#loops.delete(id);
  }

  reset(): void {
    for (const id of [...this.#loops.keys()]) this.stop(id);
  }

  async #poll(feed: Feed, signal: AbortSignal): Promise<void> {
    const { clock } = this.#platform;
    const running = new Set<Promise<void>>();
    let source: Source | undefined;
    while (!signal.aborted) {
      try {
        source ??= await this.#open(feed);
        const messages = await this.#receive(feed, source, signal);
        if (messages.length === 0 || signal.aborted) continue;
        const batch = this.#process(feed, source, messages).finally(() => running.delete(batch));
        running.add(batch);
        if (running.size >= (feed.concurrency ?? CONCURRENT_BATCHES)) await Promise.race(running);
      } catch (error) {
        if (signal.aborted) return;
        source = undefined;
        this.#warn(feed, error);
        await clock.sleep(PAUSE_MS, { signal }).catch(() => {});
      }
    }
  }

  async #open({ queueArn, origin: open }: Feed): Promise<Source> {
    const { account = '', region = '', resource = '' } = parseArn(queueArn) ?? {};
    // Not asked for: what reads a queue needs no permission to find it.
    return { QueueUrl: `${this.#platform.address.http}/${account}/${resource}`, origin: { ...(await open()), region } };
  }

  async #receive({ batchSize }: Feed, { QueueUrl, origin }: Source, signal: AbortSignal): Promise<readonly Message[]> {
    const { Messages = [] } = await this.#platform.dispatch.call(
      'sqs',
      'ReceiveMessage',
      {
        QueueUrl,
        MaxNumberOfMessages: Math.min(batchSize, RECEIVE_MAX_MESSAGES),
        WaitTimeSeconds: POLL_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      },
      { ...origin, signal },
    );
    return Messages;
  }

  async #process(feed: Feed, { QueueUrl, origin }: Source, received: readonly Message[]): Promise<void> {
    const release = this.#platform.clock.hold();
    try {
      const done = await feed.take(received, origin);
      if (done.length === 0) return;
      const Entries = done.map(({ ReceiptHandle = '' }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.#platform.dispatch.call('sqs', 'DeleteMessageBatch', { QueueUrl, Entries }, origin);
    } catch (error) {
      this.#warn(feed, error);
    } finally {
      release();
    }
  }

  #warn({ about }: Feed, error: unknown): void {
    const message = error instanceof ServiceError || error instanceof Error ? error.message : String(error);
    this.#platform.journal.record({ kind: 'warning', about, message });
  }
}
