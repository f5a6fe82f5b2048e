// A server with streams in one process, for tests, and the connections of nodes to it. What is asked and answered
// takes its time on the wire, which a seed decides. A connection may end without a word, as a process that is killed.
// There is no real time here: a question waits for its answer until a signal, or until whoever was asked is gone.
import {
  NobodyAnswers,
  type PublishOptions,
  type Server,
  ServerAway,
  type Stream,
  type StreamMessage,
} from '../shared/server.ts';
import { Connection } from './connection.ts';
import { StoredStream } from './stream.ts';
import type { Wire } from './wire.ts';

type Answer = (data: Uint8Array) => Promise<Uint8Array>;

/** What all connections share. */
export class SimulatedStore {
  /** Called with each message that is stored, by the name of its stream, and its id. */
  onStored: (stream: string, id: string | undefined) => void = () => {};

  /** As a server that was restarted: it knows no more which id a stream's newest message had. */
  forgetIds(): void {
    for (const stream of this.streams.values()) stream.forgetId();
  }

  readonly streams = new Map<string, StoredStream>();
  /** Names of streams that no server leads just now: nobody answers for them. */
  readonly unled = new Set<string>();
  readonly answers = new Map<string, Answer>();
  readonly hearers = new Map<string, Set<(data: Uint8Array) => void>>();

  stream(name: string): StoredStream {
    let stream = this.streams.get(name);
    if (!stream) {
      stream = new StoredStream(name);
      this.streams.set(name, stream);
    }
    return stream;
  }
}

export interface SimulatedServer extends Server {
  /** Ends the connection without a word. Promises that wait for an answer stay open. */
  die(): void;
  /** Lets everything wait that the node says or hears, */
  pause(): void;
  /** until it goes on. */
  resume(): void;
}

/** Ours: small, so that tests meet what does not fit into one message. */
const MAX_BYTES = 64 * 1024;

export function connectSimulated(store: SimulatedStore, wire: Wire): SimulatedServer {
  const connection = new Connection(wire);

  function streamOf(name: string): Stream {
    const atStore = () => {
      if (store.unled.has(name)) throw new ServerAway(`nobody leads '${name}'`);
      return store.stream(name);
    };
    let era = '';
    return {
      get era() {
        return era;
      },
      publish(subject, data, options: PublishOptions = {}) {
        if (data.length > MAX_BYTES)
          throw new RangeError(`A message of ${data.length} bytes is larger than ${MAX_BYTES}.`);
        return connection.question(`'${subject}'`, () => {
          const sequence = atStore().publish(subject, data, options);
          store.onStored(name, options.id);
          return sequence;
        });
      },
      newest: (filter) => connection.question(`'${filter}'`, () => atStore().newest(filter)),
      async *read(filter) {
        yield* await connection.question(`'${filter}'`, () => atStore().read(filter));
      },
      async follow(filter, from, listener) {
        let isOver = false;
        const hear = (message: StreamMessage) => connection.tell(() => void (isOver || listener(message)));
        const leave = await connection.ask(() => connection.onLoss(atStore().follow(filter, from, hear)));
        return () => {
          isOver = true;
          connection.say(leave);
        };
      },
      async lastSequence() {
        const stream = await connection.question(`the end of '${name}'`, () => atStore().end);
        era = stream.era;
        return stream.last;
      },
      remove: (place) => connection.question(`the removal of '${place.subject}'`, () => atStore().remove(place)),
      purge: (which = {}) => connection.question(`the purge of '${name}'`, () => atStore().purge(which)),
    };
  }

  return {
    maxBytes: MAX_BYTES,
    stream: (name) => connection.ask(() => store.stream(name)).then(() => streamOf(name)),
    removeStream: (name) => connection.ask(() => void store.streams.delete(name)),
    ask: (name, data, { signal }) =>
      new Promise((resolve, reject) => {
        const leave = () => reject(new ServerAway(`'${name}' was given up`));
        if (signal?.aborted) return leave();
        signal?.addEventListener('abort', leave, { once: true });
        connection
          .question(`'${name}'`, () => {
            const answer = store.answers.get(name);
            if (!answer) throw new NobodyAnswers(name);
            return answer(data);
          })
          .then(resolve, reject)
          .finally(() => signal?.removeEventListener('abort', leave));
      }),
    async answer(name, answer) {
      const unanswered = new Set<(error: Error) => void>();
      // The question goes down to the node, and its answer up again. Whether a node that died had done what it was
      // asked is not known.
      const atNode: Answer = (data) =>
        new Promise((resolve, reject) => {
          unanswered.add(reject);
          const arrive = (settle: () => void) =>
            connection.say(() => {
              unanswered.delete(reject);
              settle();
            });
          connection.tell(() => {
            answer(data).then(
              (text) => arrive(() => resolve(text)),
              (error: unknown) => arrive(() => reject(new Error(error instanceof Error ? error.message : `${error}`))),
            );
          });
        });
      const leave = await connection.ask(() => {
        store.answers.set(name, atNode);
        connection.onLoss(() => {
          for (const reject of unanswered) reject(new ServerAway(`whoever answered as '${name}' is gone`));
        });
        return connection.onLoss(() => {
          if (store.answers.get(name) === atNode) store.answers.delete(name);
        });
      });
      return () => connection.say(leave);
    },
    tell: (name, data) =>
      connection.say(() => {
        for (const hear of store.hearers.get(name) ?? []) hear(data);
      }),
    async hear(name, listener) {
      const hear = (data: Uint8Array) => connection.tell(() => listener(data));
      const leave = await connection.ask(() => {
        const hearers = store.hearers.get(name) ?? new Set();
        store.hearers.set(name, hearers.add(hear));
        return connection.onLoss(() => hearers.delete(hear));
      });
      return () => connection.say(leave);
    },
    async close() {
      connection.close();
    },
    die: () => connection.lose(),
    pause: () => connection.pause(),
    resume: () => connection.resume(),
  };
}
