// A message queue as any node sees it: what is asked of it is done where the queue has its place.
import type {
  LookOptions,
  LyingMessage,
  MessageCounts,
  MessageQueue,
  NewMessage,
  ReceivedMessage,
  ReceiveOptions,
  SentMessage,
} from '../../message-queue.ts';
import type { WorkClock } from '../../work.ts';
import { fromText, toText } from '../data.ts';
import type { KeptShard } from '../kept/kept-shard.ts';
import type { Calls } from './calls.ts';
import {
  type AnswerOf,
  type InputOf,
  performOnQueue,
  placeOfQueue,
  type QueueMethod,
  type QueueName,
  textOf,
} from './deeds.ts';

export interface PlacedQueueParts {
  readonly clock: WorkClock;
  readonly calls: Calls<KeptShard>;
  /** This node leaves. */
  readonly end: AbortSignal;
}

export class PlacedQueue<Content> implements MessageQueue<Content> {
  readonly #queue: QueueName;
  readonly #parts: PlacedQueueParts;

  constructor(queue: QueueName, parts: PlacedQueueParts) {
    this.#queue = queue;
    this.#parts = parts;
  }

  send({ content, ...message }: NewMessage<Content>): Promise<SentMessage> {
    // JSON has no word for "never".
    const visibleAt = Math.min(message.visibleAt, Number.MAX_SAFE_INTEGER);
    const input = { ...message, visibleAt, content: toText(content) };
    let tries = 0;
    return this.#do('send', () => (tries++ === 0 ? input : { ...input, isRepeated: true }));
  }

  async receive({ signal, waitMs, ...options }: ReceiveOptions): Promise<ReceivedMessage<Content>[]> {
    const { clock, end } = this.#parts;
    const until = clock.now() + waitMs;
    const ends = signal ? AbortSignal.any([signal, end]) : end;
    const input = () => ({ ...options, waitMs: ends.aborted ? 0 : Math.max(until - clock.now(), 0) });
    try {
      const received = await this.#do('receive', input, { waitMs, signal: ends });
      return received.map((message) => this.#read(message));
    } catch (error) {
      if (ends.aborted) return [];
      throw error;
    }
  }

  delete(receipt: string): Promise<'deleted' | 'unknown' | 'late'> {
    return this.#do('delete', () => ({ receipt }));
  }

  hide(receipt: string, visibleAt: number, maxMs: number): Promise<'hidden' | 'unknown' | 'too long'> {
    return this.#do('hide', () => ({ receipt, visibleAt, maxMs }));
  }

  counts(): Promise<MessageCounts> {
    return this.#do('counts', () => null);
  }

  async look(options: LookOptions): Promise<LyingMessage<Content>[]> {
    const lying = await this.#do('look', () => options);
    return lying.map((message) => this.#read(message));
  }

  async drain(): Promise<ReceivedMessage<Content>[]> {
    const drained = await this.#do('drain', () => null);
    return drained.map((message) => this.#read(message));
  }

  async purge(): Promise<void> {
    await this.#do('purge', () => null);
  }

  #do<Method extends QueueMethod>(
    method: Method,
    input: () => InputOf<Method>,
    options: { readonly waitMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<AnswerOf<Method>> {
    const queue = this.#queue;
    return this.#parts.calls.atPlace<AnswerOf<Method>>(placeOfQueue(queue), {
      ...options,
      deed: () => ({ kind: 'queue', ...queue, method, input: input() }),
      here: (shard, signal) =>
        performOnQueue(shard.queue(queue.name, queue.id, queue), { method, input: input() }, signal),
    });
  }

  #read<Message extends { readonly content: unknown }>(message: Message): Readonly<Message & { content: Content }> {
    return Object.freeze({ ...message, content: fromText<Content>(textOf(message.content)) });
  }
}
