// The messages of one queue, and whoever waits for them. State with a life: it is not a row, and reset or DeleteQueue ends it.
//
//   send → delayed ─┐            receive                      delete
//          visible ─┴→ in order ─────────→ in flight ────────────────→ gone
//                        ↑                     │ visibility timeout,
//                        └─────────────────────┘ ChangeMessageVisibility(0)
//
// What is hidden stands in `hidden`, sorted by the time it becomes visible; every call first lets due messages come back
// (`settle`), so that no timer runs for a message. Only a long poll sets one: for its own end, and for the next message to come.
import type { Clock, Timer } from '../../clock/clock.ts';
import { createFifoOrder, createStandardOrder, type DeliveryOrder } from './delivery-order.ts';
import type { StoredMessage } from './message.ts';

export interface ReceiveOptions {
  readonly max: number;
  readonly visibilityMs: number;
  readonly waitMs: number;
  readonly retentionMs: number;
  /** Makes the receipt handle of one receive. */
  readonly makeReceipt: (message: StoredMessage) => string;
  /** Takes a message out for good instead of delivering it (redrive); true when it did. */
  readonly divert: (message: StoredMessage) => boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Waiter {
  readonly options: ReceiveOptions;
  finish(messages: StoredMessage[]): void;
}

export class Messages {
  readonly #clock: Clock;
  readonly #all = new Map<string, StoredMessage>();
  readonly #order: DeliveryOrder;
  /** Sorted by `visibleAt`. */
  #hidden: StoredMessage[] = [];
  readonly #waiters = new Set<Waiter>();
  #alarm: Timer | undefined;
  #taking = false;

  constructor(clock: Clock, { fifo }: { readonly fifo: boolean }) {
    this.#clock = clock;
    this.#order = fifo ? createFifoOrder() : createStandardOrder();
  }

  /** Puts a message in; it is received once its `visibleAt` has come. */
  add(message: StoredMessage): void {
    const visible = message.visibleAt <= this.#clock.now();
    this.#all.set(message.id, message);
    this.#order.add(message, visible);
    if (!visible) this.#insertHidden(message);
    this.#serve();
  }

  /** Up to `max` messages, at once or as soon as there is one; none when the wait ends, the caller goes away or the queue closes. */
  receive(options: ReceiveOptions): Promise<StoredMessage[]> {
    const messages = this.#take(options);
    if (messages.length > 0 || options.waitMs <= 0 || options.signal?.aborted) return Promise.resolve(messages);
    return new Promise((resolve) => {
      const finish = (found: StoredMessage[]) => {
        this.#waiters.delete(waiter);
        timer.cancel();
        options.signal?.removeEventListener('abort', leave);
        resolve(found);
      };
      const waiter: Waiter = { options, finish };
      const leave = () => finish([]);
      const timer = this.#clock.setTimer(this.#clock.now() + options.waitMs, leave);
      options.signal?.addEventListener('abort', leave, { once: true });
      this.#waiters.add(waiter);
      this.#setAlarm();
    });
  }

  get(id: string): StoredMessage | undefined {
    return this.#all.get(id);
  }

  delete(message: StoredMessage): void {
    this.#remove(message);
    // A FIFO group may be free now.
    this.#serve();
  }

  /** Hides a message until `visibleAt`; a time that has come makes it visible. */
  changeVisibility(message: StoredMessage, visibleAt: number): void {
    this.#removeHidden(message);
    this.#hideUntil(message, visibleAt);
    this.#serve();
  }

  counts(): { visible: number; inFlight: number; delayed: number } {
    this.#settle();
    const inFlight = this.#hidden.filter((message) => message.inFlight).length;
    const delayed = this.#hidden.length - inFlight;
    return { visible: this.#all.size - this.#hidden.length, inFlight, delayed };
  }

  /** Drops what was sent before `limit` (epoch ms). */
  expire(limit: number): void {
    // In the order of arrival, which is that of sending but for redriven messages; those are met when they are received.
    for (const message of this.#all.values()) {
      if (message.sentAt > limit) return;
      this.#remove(message);
    }
  }

  /** Takes out every message that could be received now, in order. */
  drain(): StoredMessage[] {
    this.#settle();
    const messages = this.#order.first(Number.POSITIVE_INFINITY);
    for (const message of messages) this.#remove(message);
    return messages;
  }

  clear(): void {
    for (const message of [...this.#all.values()]) this.#remove(message);
  }

  /** Empties the queue and sends everybody who waits home. */
  close(): void {
    this.clear();
    for (const waiter of [...this.#waiters]) waiter.finish([]);
    this.#alarm?.cancel();
  }

  #take(options: ReceiveOptions): StoredMessage[] {
    const now = this.#clock.now();
    this.#settle();
    this.expire(now - options.retentionMs);
    const taken = this.#candidates(options);
    for (const message of taken) {
      message.receiveCount++;
      message.firstReceivedAt ??= now;
      message.receipt = options.makeReceipt(message);
      message.receivedAt = now;
    }
    for (const message of taken) this.#hideUntil(message, now + options.visibilityMs);
    return taken;
  }

  // The first in order, after what has expired or goes to a dead-letter queue has left. Redrive policies may form a circle
  // and bring a message back at once: it is moved once per receive, and nobody gets it.
  #candidates(options: ReceiveOptions): StoredMessage[] {
    const moved = new Set<string>();
    this.#taking = true;
    try {
      for (;;) {
        const first = this.#order.first(options.max);
        const leaving = first.filter((message) => !moved.has(message.id) && options.divert(message));
        if (leaving.length === 0) return first.filter((message) => !moved.has(message.id));
        for (const message of leaving) {
          moved.add(message.id);
          if (this.#all.get(message.id) === message) this.#remove(message);
        }
      }
    } finally {
      this.#taking = false;
    }
  }

  // In flight from now on; with a time that has come, back in order at once.
  #hideUntil(message: StoredMessage, visibleAt: number): void {
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
    if (this.#taking) return;
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

  #remove(message: StoredMessage): void {
    this.#all.delete(message.id);
    this.#order.remove(message);
    this.#removeHidden(message);
    message.inFlight = false;
  }

  #insertHidden(message: StoredMessage): void {
    this.#hidden.splice(this.#hiddenIndex(message.visibleAt + 1), 0, message);
  }

  #removeHidden(message: StoredMessage): void {
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
