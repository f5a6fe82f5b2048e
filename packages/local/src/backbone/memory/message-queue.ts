// A message queue in this process's memory. Long because a message's states and who waits for it are one thing.
//
// What is hidden stands in `hidden`, sorted by the time it becomes visible; every call first lets due messages come
// back (`settle`), so that no timer runs for a message. Only a long poll sets one: for its own end, and for the next
// message to come.
import type { Clock, Timer } from '../../clock/clock.ts';
import type {
  LookOptions,
  LyingMessage,
  MessageCounts,
  MessageQueue,
  NewMessage,
  ReceivedMessage,
  ReceiveOptions,
  SentMessage,
} from '../message-queue.ts';
import { Deduplication } from './deduplication.ts';
import { createFifoOrder, createStandardOrder, type DeliveryOrder } from './delivery-order.ts';

/** A message that lies in the queue. */
export interface Stored<Content> extends Pick<NewMessage<Content>, 'id' | 'content' | 'sentAt' | 'group'> {
  readonly number: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  /** Epoch ms of the newest receive from this queue. */
  receivedAt: number | undefined;
  /** Received and not visible again yet. */
  inFlight: boolean;
}

/** Told of each change of a message, before anybody is answered. */
export interface MessageChanges<Content> {
  /** The next message's number: greater than those before it. */
  nextNumber(): number;
  sent(message: Stored<Content>, deduplication: NewMessage<Content>['deduplication'], now: number): void;
  /** It was received or hidden. */
  changed(message: Stored<Content>): void;
  /** It was deleted, taken out or is too old. (A purge is not told message by message.) */
  gone(message: Stored<Content>): void;
}

interface Waiter<Content> {
  readonly options: ReceiveOptions;
  finish(messages: ReceivedMessage<Content>[]): void;
}

export class MemoryMessageQueue<Content> implements MessageQueue<Content> {
  readonly #clock: Pick<Clock, 'now' | 'setTimer'>;
  readonly #isOrdered: boolean;
  readonly #all = new Map<number, Stored<Content>>();
  readonly #order: DeliveryOrder<Stored<Content>>;
  readonly #deduplication = new Deduplication();
  /** Sorted by `visibleAt`. */
  #hidden: Stored<Content>[] = [];
  readonly #waiters = new Set<Waiter<Content>>();
  #alarm: Timer | undefined;
  readonly #changes: MessageChanges<Content> | undefined;
  #lastNumber = 0;

  constructor(
    clock: Pick<Clock, 'now' | 'setTimer'>,
    { isOrdered, changes }: { readonly isOrdered: boolean; readonly changes?: MessageChanges<Content> },
  ) {
    this.#clock = clock;
    this.#changes = changes;
    this.#isOrdered = isOrdered;
    this.#order = isOrdered ? createFifoOrder() : createStandardOrder();
  }

  async send(message: NewMessage<Content>): Promise<SentMessage> {
    const now = this.#clock.now();
    const { id, content, sentAt, visibleAt, group, receiveCount = 0, firstReceivedAt, deduplication } = message;
    const earlier = deduplication && this.#deduplication.find(deduplication.key, now);
    if (earlier) return earlier;
    const lying = message.isRepeated && [...this.#all.values()].find((other) => other.id === id);
    if (lying) return { id, number: lying.number, note: deduplication?.note };
    const stored: Stored<Content> = {
      id,
      content,
      sentAt,
      group,
      number: this.#changes?.nextNumber() ?? ++this.#lastNumber,
      visibleAt,
      receiveCount,
      firstReceivedAt,
      receivedAt: undefined,
      inFlight: false,
    };
    const sent: SentMessage = { id, number: stored.number, note: deduplication?.note };
    if (deduplication) this.#deduplication.remember(deduplication.key, sent, now);
    this.#changes?.sent(stored, deduplication, now);
    const isVisible = visibleAt <= now;
    this.#all.set(stored.number, stored);
    this.#order.add(stored, isVisible);
    if (!isVisible) this.#insertHidden(stored);
    this.#serve();
    return sent;
  }

  /** Puts in a message that lay in the queue before, as it lay there. In the order of their numbers. */
  restore(message: Stored<Content>): void {
    this.#all.set(message.number, message);
    const isHidden = message.visibleAt > this.#clock.now();
    message.inFlight = isHidden && message.receivedAt !== undefined;
    this.#order.add(message, message.inFlight || !isHidden);
    if (message.inFlight) this.#order.hide(message);
    if (isHidden) this.#insertHidden(message);
  }

  /** Knows a key again until `until` (epoch ms). In the order of these times. */
  restoreDeduplication(key: string, sent: SentMessage, until: number): void {
    this.#deduplication.restore(key, sent, until);
  }

  async receive(options: ReceiveOptions): Promise<ReceivedMessage<Content>[]> {
    const messages = this.#take(options);
    if (messages.length > 0 || options.waitMs <= 0 || options.signal?.aborted) return messages;
    return new Promise((resolve) => {
      const finish = (found: ReceivedMessage<Content>[]) => {
        this.#waiters.delete(waiter);
        timer.cancel();
        options.signal?.removeEventListener('abort', leave);
        resolve(found);
      };
      const waiter: Waiter<Content> = { options, finish };
      const leave = () => finish([]);
      const timer = this.#clock.setTimer(this.#clock.now() + options.waitMs, leave);
      options.signal?.addEventListener('abort', leave, { once: true });
      this.#waiters.add(waiter);
      this.#setAlarm();
    });
  }

  async delete(receipt: string): Promise<'deleted' | 'unknown' | 'late'> {
    const message = this.#find(receipt);
    if (!message) return 'unknown';
    if (this.#isOrdered && message.visibleAt <= this.#clock.now()) return 'late';
    this.#removeForGood(message);
    // A group may be free now.
    this.#serve();
    return 'deleted';
  }

  async hide(receipt: string, visibleAt: number, maxMs: number): Promise<'hidden' | 'unknown' | 'too long'> {
    const message = this.#find(receipt) ?? (this.#isOrdered ? undefined : this.#findInFlight(receipt));
    if (!message) return 'unknown';
    if (visibleAt > (message.receivedAt ?? 0) + maxMs) return 'too long';
    this.#removeHidden(message);
    this.#hideUntil(message, visibleAt);
    this.#changes?.changed(message);
    this.#serve();
    return 'hidden';
  }

  async counts(): Promise<MessageCounts> {
    this.#settle();
    const inFlight = this.#hidden.filter((message) => message.inFlight).length;
    const delayed = this.#hidden.length - inFlight;
    return { visible: this.#all.size - this.#hidden.length, inFlight, delayed };
  }

  async look({ after, max, retentionMs }: LookOptions): Promise<LyingMessage<Content>[]> {
    this.#settle();
    const now = this.#clock.now();
    const found: LyingMessage<Content>[] = [];
    for (const message of this.#all.values()) {
      if (found.length === max) break;
      const { id, content, sentAt, group, number, receiveCount, firstReceivedAt, visibleAt, inFlight } = message;
      if (number <= after || sentAt <= now - retentionMs) continue;
      const state = visibleAt <= now ? 'visible' : inFlight ? 'hidden' : 'delayed';
      found.push({ id, content, sentAt, group, number, receiveCount, firstReceivedAt, state, visibleAt });
    }
    return found;
  }

  async drain(): Promise<ReceivedMessage<Content>[]> {
    this.#settle();
    const messages = this.#order.first(Number.POSITIVE_INFINITY);
    for (const message of messages) this.#removeForGood(message);
    return messages.map((message) => this.#receive(message));
  }

  async purge(): Promise<void> {
    for (const message of [...this.#all.values()]) this.#remove(message);
  }

  /** Forgets every message, also those that were deleted; long polls go on. */
  forget(): void {
    void this.purge();
    this.#deduplication.clear();
  }

  /** Forgets everything, and ends every long poll without messages. */
  clear(): void {
    this.forget();
    for (const waiter of [...this.#waiters]) waiter.finish([]);
    this.#alarm?.cancel();
    this.#alarm = undefined;
  }

  // Only the newest receipt names a message.
  #find(receipt: string): Stored<Content> | undefined {
    const message = this.#all.get(Number.parseInt(receipt, 10));
    return message?.receivedAt !== undefined && receiptOf(message) === receipt ? message : undefined;
  }

  /** By an older receipt, while a later one holds the message. */
  #findInFlight(receipt: string): Stored<Content> | undefined {
    const [number = 0, count = 0] = receipt.split(' ').map(Number);
    const message = this.#all.get(number);
    const isHeld = message?.receivedAt !== undefined && message.visibleAt > this.#clock.now();
    return isHeld && count < message.receiveCount ? message : undefined;
  }

  #take({ max, visibilityMs, retentionMs }: ReceiveOptions): ReceivedMessage<Content>[] {
    const now = this.#clock.now();
    this.#settle();
    this.#expire(now - retentionMs);
    const taken = this.#order.first(max);
    const received = taken.map((message) => this.#receive(message));
    for (const message of taken) {
      this.#hideUntil(message, now + visibilityMs);
      this.#changes?.changed(message);
    }
    return received;
  }

  #receive(message: Stored<Content>): ReceivedMessage<Content> {
    const now = this.#clock.now();
    message.receiveCount++;
    message.firstReceivedAt ??= now;
    message.receivedAt = now;
    const { id, content, sentAt, group, number, receiveCount, firstReceivedAt } = message;
    return { id, content, sentAt, group, number, receiveCount, firstReceivedAt, receipt: receiptOf(message) };
  }

  /** Drops what was sent before `limit` (epoch ms). */
  #expire(limit: number): void {
    // In the order of arrival, which is that of sending but for redriven messages; those are met when they are
    // received.
    for (const message of this.#all.values()) {
      if (message.sentAt > limit) return;
      this.#removeForGood(message);
    }
  }

  // In flight from now on; with a time that has come, back in order at once.
  #hideUntil(message: Stored<Content>, visibleAt: number): void {
    message.visibleAt = visibleAt;
    this.#order.hide(message);
    if (visibleAt > this.#clock.now()) {
      message.inFlight = true;
      this.#insertHidden(message);
    } else {
      message.inFlight = false;
      this.#order.show(message);
    }
  }

  #settle(): void {
    const now = this.#clock.now();
    let due = 0;
    for (; ; due++) {
      const message = this.#hidden[due];
      if (!message || message.visibleAt > now) break;
      message.inFlight = false;
      this.#order.show(message);
    }
    if (due > 0) this.#hidden.splice(0, due);
  }

  #serve(): void {
    for (const waiter of [...this.#waiters]) {
      const messages = this.#take(waiter.options);
      if (messages.length > 0) waiter.finish(messages);
    }
    this.#setAlarm();
  }

  // Wakes the waiters when the next hidden message becomes visible.
  #setAlarm(): void {
    this.#alarm?.cancel();
    this.#alarm = undefined;
    const next = this.#hidden[0];
    if (this.#waiters.size > 0 && next) this.#alarm = this.#clock.setTimer(next.visibleAt, () => this.#serve());
  }

  #removeForGood(message: Stored<Content>): void {
    this.#remove(message);
    this.#changes?.gone(message);
  }

  #remove(message: Stored<Content>): void {
    this.#all.delete(message.number);
    this.#order.remove(message);
    this.#removeHidden(message);
    message.inFlight = false;
  }

  #insertHidden(message: Stored<Content>): void {
    this.#hidden.splice(this.#hiddenIndex(message.visibleAt + 1), 0, message);
  }

  #removeHidden(message: Stored<Content>): void {
    const index = this.#hidden.indexOf(message, this.#hiddenIndex(message.visibleAt));
    if (index >= 0) this.#hidden.splice(index, 1);
  }

  // Where the first message stands that is hidden until `visibleAt` or longer.
  #hiddenIndex(visibleAt: number): number {
    let low = 0;
    let high = this.#hidden.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#hidden[middle]?.visibleAt ?? 0) < visibleAt) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

// The message's number and how often it had been received: it says the same wherever the message lies by then.
function receiptOf({ number, receiveCount }: { readonly number: number; readonly receiveCount: number }): string {
  return `${number} ${receiveCount}`;
}
