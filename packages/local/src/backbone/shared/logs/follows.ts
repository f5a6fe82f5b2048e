// What this node follows of the logs' stream. Logs are divided into buckets, and a bucket is followed once, for all of
// its logs that somebody here listens to: a follower of each log would cost the server at every append (1.4 µs was seen
// for each, on nats-server 2.9.10), one of all logs would bring every append to every node.
import type { Stream, StreamMessage } from '../server.ts';
import { bucketFilter, bucketOf, placeOf } from './log-message.ts';

type Hear = (message: StreamMessage) => void;

interface Bucket {
  /** By the log's place. */
  readonly hearers: Map<string, Set<Hear>>;
  following: Promise<() => void>;
}

export class Follows {
  readonly #stream: () => Promise<Stream>;
  readonly #streamName: string;
  readonly #buckets = new Map<string, Bucket>();

  constructor(stream: () => Promise<Stream>, streamName: string) {
    this.#stream = stream;
    this.#streamName = streamName;
  }

  /** Calls `hear` with each message of a log that is stored later. Resolves with its end. @throws ServerAway */
  async follow(place: string, hear: Hear): Promise<() => void> {
    const name = bucketOf(place);
    const bucket = this.#buckets.get(name) ?? this.#open(name);
    const hearers = bucket.hearers.get(place) ?? new Set();
    bucket.hearers.set(place, hearers.add(hear));
    const leave = () => {
      hearers.delete(hear);
      if (hearers.size > 0 || bucket.hearers.get(place) !== hearers) return;
      bucket.hearers.delete(place);
      if (bucket.hearers.size === 0) this.#end(name, bucket);
    };
    try {
      await bucket.following;
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  close(): void {
    for (const [name, bucket] of this.#buckets) this.#end(name, bucket);
  }

  #open(name: string): Bucket {
    const hearers = new Map<string, Set<Hear>>();
    const tell = (message: StreamMessage) => {
      for (const hear of hearers.get(placeOf(message.subject)) ?? []) hear(message);
    };
    const filter = bucketFilter(this.#streamName, name);
    const bucket = { hearers, following: this.#stream().then((stream) => stream.follow(filter, 'next', tell)) };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  #end(name: string, bucket: Bucket): void {
    if (this.#buckets.get(name) === bucket) this.#buckets.delete(name);
    bucket.hearers.clear();
    bucket.following.then((leave) => leave()).catch(() => {});
  }
}
