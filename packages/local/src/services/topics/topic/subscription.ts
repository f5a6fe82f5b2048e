// One gRPC subscription: a cursor on the topic's log. While its reader keeps up, each item goes out as it is published;
// when the reader falls behind, nothing is queued for it: it goes on from the log when it is ready again, and what the
// log has dropped by then is told as a discontinuity. So a reader that never reads costs one socket buffer.
import type { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import type { Clock, Timer } from '../../../clock/clock.ts';
import type { RpcOutlet } from '../../../http/grpc/method.ts';
import { grpcStatusOf } from '../refusal.ts';
import type { Start } from './resume.ts';
import type { SubscriptionRecord } from './subscriptions.ts';
import type { ItemEntry, Reader, Topic } from './topic.ts';
import { encodeDiscontinuity, HEARTBEAT, type ItemEncoder } from './wire.ts';

/** Ours: items read from the log at once while catching up. */
const BATCH = 256;

export interface SubscriptionParts {
  readonly topic: Topic;
  readonly outlet: RpcOutlet;
  readonly record: SubscriptionRecord;
  readonly encoder: ItemEncoder;
  readonly clock: Clock;
}

export class Subscription implements Reader {
  readonly #outlet: RpcOutlet;
  readonly #record: SubscriptionRecord;
  readonly #encoder: ItemEncoder;
  readonly #clock: Clock;
  readonly #heartbeatMs: number;
  #topic: Topic;
  /** Number of the next item to send. */
  #next = 1;
  #behind = false;
  #closed = false;
  #reading = false;
  /** Something was published while the log was read: what was read may lack it. */
  #isMore = false;
  #heartbeat: Timer | undefined;

  constructor({ topic, outlet, record, encoder, clock }: SubscriptionParts, heartbeatMs: number) {
    this.#topic = topic;
    this.#outlet = outlet;
    this.#record = record;
    this.#encoder = encoder;
    this.#clock = clock;
    this.#heartbeatMs = heartbeatMs;
  }

  start({ next, discontinuity }: Start): void {
    this.#next = next;
    this.#outlet.onReady(() => {
      this.#behind = false;
      void this.#catchUp();
    });
    // The heartbeat lets the client's subscribe() return; the discontinuity tells it where to resume.
    this.#beat();
    if (discontinuity) this.#send(encodeDiscontinuity({ ...discontinuity, next, page: this.#topic.page }));
    this.#topic.join(this);
    this.#outlet.onClose((reason) => {
      this.#closed = true;
      this.#heartbeat?.cancel();
      this.#topic.leave(this);
      this.#record.closed(reason);
    });
    void this.#catchUp();
  }

  deliver(entry: ItemEntry): void {
    if (this.#reading) this.#isMore = true;
    if (this.#reading || this.#behind || entry.sequence < this.#next) return;
    if (entry.sequence === this.#next) this.#sendItem(entry);
    else void this.#catchUp();
  }

  move(successor: Topic): void {
    const last = this.#next - 1;
    this.#topic = successor;
    this.#next = 1;
    successor.join(this);
    this.#send(encodeDiscontinuity({ last, next: 1, page: successor.page }));
  }

  end(error: ServiceError): void {
    this.#outlet.end(grpcStatusOf(error));
  }

  /** Sends what the log has, until nothing is left there or the reader falls behind. Once at a time. */
  async #catchUp(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      do {
        this.#isMore = false;
        const topic = this.#topic;
        const entries = await topic.read(this.#next, BATCH);
        // The topic may have started anew meanwhile.
        if (topic === this.#topic) this.#sendAll(entries);
        if (topic !== this.#topic || entries.length > 0) this.#isMore = true;
      } while (this.#isMore && !this.#behind && !this.#closed);
    } catch (error) {
      // Its client comes back, and goes on with the next number.
      this.end(momentoError('SERVER_UNAVAILABLE', `The topic cannot be read: ${String(error)}`));
    } finally {
      this.#reading = false;
    }
  }

  #sendAll(entries: readonly ItemEntry[]): void {
    const first = entries[0];
    if (first && first.sequence > this.#next && !this.#behind) this.#skipTo(first.sequence);
    for (const entry of entries) {
      if (this.#behind || this.#closed) return;
      this.#sendItem(entry);
    }
  }

  #skipTo(next: number): void {
    this.#record.skipped(this.#topic, this.#next, next - 1);
    this.#send(encodeDiscontinuity({ last: this.#next - 1, next, page: this.#topic.page }));
    this.#next = next;
  }

  #sendItem(entry: ItemEntry): void {
    this.#next = entry.sequence + 1;
    this.#send(this.#encoder.encode(this.#topic, entry));
    this.#record.received(this.#topic, entry);
  }

  #send(frame: Buffer): void {
    if (!this.#outlet.send(frame)) this.#behind = true;
  }

  #beat = (): void => {
    if (!this.#behind) this.#send(HEARTBEAT);
    this.#heartbeat = this.#clock.setWireTimer(this.#heartbeatMs, this.#beat);
  };
}
