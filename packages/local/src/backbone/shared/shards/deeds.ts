// What one node asks of another to do. Contents of messages are text.
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

/** What is done on a queue: its input, and its answer. */
interface QueueMethods {
  readonly send: { readonly input: NewMessage<unknown>; readonly answer: SentMessage };
  readonly receive: { readonly input: Omit<ReceiveOptions, 'signal'>; readonly answer: ReceivedMessage<unknown>[] };
  readonly delete: { readonly input: { readonly receipt: string }; readonly answer: 'deleted' | 'unknown' | 'late' };
  readonly hide: {
    readonly input: { readonly receipt: string; readonly visibleAt: number; readonly maxMs: number };
    readonly answer: 'hidden' | 'unknown' | 'too long';
  };
  readonly counts: { readonly input: null; readonly answer: MessageCounts };
  readonly look: { readonly input: LookOptions; readonly answer: LyingMessage<unknown>[] };
  readonly drain: { readonly input: null; readonly answer: ReceivedMessage<unknown>[] };
  readonly purge: { readonly input: null; readonly answer: unknown };
}

export type QueueMethod = keyof QueueMethods;
export type InputOf<Method extends QueueMethod> = QueueMethods[Method]['input'];
export type AnswerOf<Method extends QueueMethod> = QueueMethods[Method]['answer'];

/** Which queue. */
export interface QueueName {
  /** Of its key. */
  readonly name: string;
  readonly id: string;
  readonly isOrdered: boolean;
}

export interface QueueDeed extends QueueName {
  readonly kind: 'queue';
  readonly method: QueueMethod;
  readonly input: InputOf<QueueMethod>;
}

/** Jobs with ids, for the one shard where all of this work are. */
export interface PutDeed {
  readonly kind: 'put';
  readonly work: string;
  readonly jobs: readonly unknown[];
  readonly ids: readonly string[];
  readonly notBefore: number;
}

/** What is asked of the node that keeps a shard. */
export type ShardDeed =
  | QueueDeed
  | PutDeed
  | { readonly kind: 'remove'; readonly name: string; readonly id: string }
  | { readonly kind: 'purge' | 'clear' };

/** What is asked of a node, whatever it keeps. */
export type NodeDeed =
  | { readonly kind: 'pull'; readonly work: string; readonly max: number; readonly leaseMs: number }
  | { readonly kind: 'ack'; readonly work: string; readonly lease: string }
  | {
      readonly kind: 'retry';
      readonly work: string;
      readonly lease: string;
      readonly at: number;
      readonly job: unknown;
    };

/** A name for the place of a queue. */
export function placeOfQueue({ name, id }: Pick<QueueName, 'name' | 'id'>): string {
  return `queue ${name} ${id}`;
}

/** A name for the place of a work of which the jobs have ids. */
export function placeOfWork(name: string): string {
  return `work ${name}`;
}

/** Contents of messages stand in shards as text. */
export function textOf(content: unknown): string {
  if (typeof content !== 'string') throw new TypeError('What stands in a shard is text.');
  return content;
}

type QueuePerformers = {
  readonly [Method in QueueMethod]: (
    queue: MessageQueue<unknown>,
    input: InputOf<Method>,
    signal: AbortSignal,
  ) => Promise<AnswerOf<Method>>;
};

const PERFORMERS: QueuePerformers = {
  send: (queue, message) => queue.send(message),
  receive: (queue, options, signal) => queue.receive({ ...options, signal }),
  delete: (queue, { receipt }) => queue.delete(receipt),
  hide: (queue, { receipt, visibleAt, maxMs }) => queue.hide(receipt, visibleAt, maxMs),
  counts: (queue) => queue.counts(),
  look: (queue, options) => queue.look(options),
  drain: (queue) => queue.drain(),
  purge: (queue) => queue.purge(),
};

export function performOnQueue<Method extends QueueMethod>(
  queue: MessageQueue<unknown>,
  { method, input }: { readonly method: Method; readonly input: InputOf<Method> },
  signal: AbortSignal,
): Promise<AnswerOf<Method>> {
  return PERFORMERS[method](queue, input, signal);
}
