// Jobs in the order in which they are due, and in whose hands they are. Due jobs stand in a queue, later ones in a
// heap, with one timer of the clock for the earliest of them. A job that waits is the job and its place in the heap,
// nothing else: a million may wait behind a destination that is down.
import type { Timer } from '../../clock/clock.ts';
import { TimerHeap } from '../../clock/timer-heap.ts';
import type { ConsumeOptions, WorkClock } from '../work.ts';
import { Queue } from './queue.ts';

/** A job in somebody's hands. */
export class Held<Item> {
  readonly item: Item;
  /** Epoch ms. */
  readonly endsAt: number;
  readonly #takeBack: (held: Held<Item>) => boolean;

  constructor(item: Item, endsAt: number, takeBack: (held: Held<Item>) => boolean) {
    this.item = item;
    this.endsAt = endsAt;
    this.#takeBack = takeBack;
  }

  /** Ends the lease, and says whether it still lasted. The job is nowhere then. */
  giveBack(): boolean {
    return this.#takeBack(this);
  }
}

/** Somebody with hands. */
interface Holder<Item> extends ConsumeOptions {
  readonly take: (held: Held<Item>) => void;
  /** In the order in which they end: each lasts `leaseMs`. */
  readonly held: Set<Held<Item>>;
  watch: Timer | undefined;
  readonly takeBack: (held: Held<Item>) => boolean;
}

export class JobLine<Item> {
  readonly #clock: WorkClock;
  /** Called when jobs are due that no consumer has hands for. */
  readonly #onLeft: (() => void) | undefined;
  readonly #due = new Queue<Item>();
  readonly #later = new TimerHeap<Item>();
  /** For the earliest of `later`. */
  #alarm: Timer | undefined;
  /** Those that take jobs; the one that was served last stands at the end. */
  readonly #consumers = new Set<Holder<Item>>();
  /** Those that hold jobs, also when they take no more. */
  readonly #holders = new Set<Holder<Item>>();
  /** Those that took jobs themselves, by how long their leases last. */
  readonly #takers = new Map<number, Holder<Item>>();
  #draining = false;

  constructor(clock: WorkClock, { onLeft }: { readonly onLeft?: () => void } = {}) {
    this.#clock = clock;
    this.#onLeft = onLeft;
  }

  /** How many jobs are due and in nobody's hands. */
  get dueCount(): number {
    return this.#due.size;
  }

  add(items: readonly Item[], notBefore: number): void {
    if (notBefore > this.#clock.now()) {
      const isEarliest = notBefore < this.#later.firstAt;
      for (const item of items) this.#later.add(notBefore, item);
      if (isEarliest) this.#setAlarm();
      return;
    }
    for (const item of items) this.#due.add(item);
    this.#drainSoon();
  }

  /** Hands due jobs to `take` while it has hands. Returns a function that stops it. */
  consume(take: (held: Held<Item>) => void, options: ConsumeOptions): () => void {
    const consumer = this.#createHolder(take, options);
    this.#consumers.add(consumer);
    this.#drainSoon();
    return () => {
      this.#consumers.delete(consumer);
    };
  }

  /** Up to `max` due jobs that no consumer has hands for. */
  take(max: number, leaseMs: number): Held<Item>[] {
    this.#drain();
    let taker = this.#takers.get(leaseMs);
    if (!taker) {
      taker = this.#createHolder(() => {}, { concurrency: Number.POSITIVE_INFINITY, leaseMs });
      this.#takers.set(leaseMs, taker);
    }
    const taken: Held<Item>[] = [];
    while (taken.length < max) {
      const item = this.#due.takeFirst();
      if (item === undefined) break;
      taken.push(this.#lend(taker, item));
    }
    return taken;
  }

  /** Drops every job that is not wanted, wherever it is. */
  keepOnly(isWanted: (item: Item) => boolean): void {
    this.#due.keepOnly(isWanted);
    this.#later.keepOnly(isWanted);
    this.#setAlarm();
    for (const { held } of [...this.#holders]) for (const each of held) if (!isWanted(each.item)) each.giveBack();
  }

  /** Drops every job. */
  clear(): void {
    this.#due.clear();
    this.#later.clear();
    this.keepOnly(() => false);
  }

  #setAlarm(): void {
    this.#alarm?.cancel();
    this.#alarm = this.#later.size === 0 ? undefined : this.#clock.setTimer(this.#later.firstAt, () => this.#ring());
  }

  #ring(): void {
    const now = this.#clock.now();
    while (this.#later.firstAt <= now) {
      const item = this.#later.takeFirst();
      if (item !== undefined) this.#due.add(item);
    }
    this.#setAlarm();
    this.#drainSoon();
  }

  // In a microtask: whoever puts jobs finishes what it is doing first.
  #drainSoon(): void {
    if (this.#draining || (this.#consumers.size === 0 && this.#onLeft === undefined)) return;
    this.#draining = true;
    queueMicrotask(() => {
      this.#draining = false;
      this.#drain();
      if (this.#due.size > 0) this.#onLeft?.();
    });
  }

  #drain(): void {
    // What comes while jobs are handed out is for the next time.
    for (let left = this.#due.size; left > 0; left--) {
      const consumer = this.#nextConsumer();
      if (!consumer) return;
      const item = this.#due.takeFirst();
      if (item !== undefined) consumer.take(this.#lend(consumer, item));
    }
  }

  // They take turns, so that many share what there is to do.
  #nextConsumer(): Holder<Item> | undefined {
    const consumers = this.#consumers;
    for (const consumer of consumers) {
      if (consumer.held.size >= consumer.concurrency) continue;
      if (consumers.size > 1) {
        consumers.delete(consumer);
        consumers.add(consumer);
      }
      return consumer;
    }
    return undefined;
  }

  #createHolder(take: (held: Held<Item>) => void, options: ConsumeOptions): Holder<Item> {
    const holder: Holder<Item> = {
      ...options,
      take,
      held: new Set(),
      watch: undefined,
      takeBack: (held) => this.#takeBack(holder, held),
    };
    return holder;
  }

  #lend(holder: Holder<Item>, item: Item): Held<Item> {
    const held = new Held(item, this.#clock.now() + holder.leaseMs, holder.takeBack);
    holder.held.add(held);
    this.#holders.add(holder);
    holder.watch ??= this.#watchLeases(holder);
    return held;
  }

  #takeBack(holder: Holder<Item>, held: Held<Item>): boolean {
    if (!holder.held.delete(held)) return false;
    if (holder.held.size === 0) {
      holder.watch?.cancel();
      holder.watch = undefined;
      this.#holders.delete(holder);
    }
    if (this.#due.size > 0) this.#drainSoon();
    return true;
  }

  // One timer, for the lease that ends first; when it fires, most have been given back long ago.
  #watchLeases(holder: Holder<Item>): Timer | undefined {
    const [first] = holder.held;
    if (!first) {
      this.#holders.delete(holder);
      return undefined;
    }
    return this.#clock.setTimer(first.endsAt, () => {
      for (const held of holder.held) {
        if (held.endsAt > this.#clock.now()) break;
        holder.held.delete(held);
        this.#due.add(held.item);
      }
      holder.watch = this.#watchLeases(holder);
      this.#drainSoon();
    });
  }
}
