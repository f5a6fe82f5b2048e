// What the shared backbone needs of a server. NATS JetStream 2.9 has it (../nats/), and a simulation of it
// (../simulated/).
//
// A stream keeps the newest message of each subject, in one order for all. Subjects are tokens between dots; in a
// filter `*` stands for one token, and `>` at the end for one or more. A token has the characters A-Z a-z 0-9 _ - ~
// =.

/** Where a message stands in a stream. */
export interface MessagePlace {
  readonly subject: string;
  /**
   * Grows with every message of the stream, by one; from 1. When a server is lost that was ahead of the others, or that
   * had not synced its disk, the stream may go on with a smaller one, and the same messages may have smaller ones.
   */
  readonly sequence: number;
}

/** A message as it stands in a stream. */
export interface StreamMessage extends MessagePlace {
  readonly data: Uint8Array;
}

export interface PublishOptions {
  /**
   * Only when the newest message of the subject has this sequence; 0: there is none. A cluster may overlook one that
   * is under way and expected nothing: who relies on this expects something with every message of the subject.
   */
  readonly lastOfSubject?: number;
  /** The message's id. */
  readonly id?: string;
  /** Only when the stream's newest message ever stored has this id: one without an id is after none. */
  readonly after?: string;
}

export interface Stream {
  /**
   * Resolves with the message's sequence when it is stored. Publishes of one connection are stored in their order.
   * @throws WrongLast when it was not as expected, and nothing was stored.
   * @throws ServerAway when the server could not be asked, or did not answer: whether it is stored is not known.
   * @throws ServerRefuses when it does not take it, and nothing was stored.
   */
  publish(subject: string, data: Uint8Array, options?: PublishOptions): Promise<number>;
  /** The newest message whose subject fits. @throws ServerAway */
  newest(filter: string): Promise<StreamMessage | undefined>;
  /** Every message whose subject fits, in order, that stands there when it is asked for. @throws ServerAway */
  read(filter: string): AsyncIterable<StreamMessage>;
  /**
   * Calls `listener` with every message whose subject fits, in order, from the sequence `from` on (`'next'`: whatever
   * is stored after this has resolved), each once. A message that was replaced before it was handed out is left out.
   * Goes on after the server was away. Resolves with a function that ends it.
   * @throws ServerAway
   */
  follow(filter: string, from: number | 'next', listener: (message: StreamMessage) => void): Promise<() => void>;
  /** Sequence of the newest message ever stored; 0 when there was none. @throws ServerAway */
  lastSequence(): Promise<number>;
  /** Another word when sequences may be other ones than before, as of the newest answer of `lastSequence`. */
  readonly era: string;
  /**
   * Removes one message; nothing happens when it is not there any more, and nothing to another one that has its
   * sequence by now. @throws ServerAway
   */
  remove(place: MessagePlace): Promise<void>;
  /** Removes the messages whose subject fits (all), and whose sequence is below `below` (any). @throws ServerAway */
  purge(which?: { readonly filter?: string; readonly below?: number }): Promise<void>;
}

export interface Server {
  /** Most bytes of one message, of its subject and headers too. */
  readonly maxBytes: number;
  /** The stream of this name, made when there is none. Its subjects begin with `<name>.`. @throws ServerAway */
  stream(name: string): Promise<Stream>;
  /** @throws ServerAway */
  removeStream(name: string): Promise<void>;
  /**
   * Asks whoever answers under `name`.
   * @throws NobodyAnswers when nobody does; ServerAway when no answer came before `timeoutMs` of real time, or before
   * `signal` said so.
   */
  ask(
    name: string,
    data: Uint8Array,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<Uint8Array>;
  /**
   * Answers under `name`, until the function that it resolves with is called. One at a time answers under a name. When
   * an answer fails, whoever asked gets an Error with its message.
   */
  answer(name: string, answer: (data: Uint8Array) => Promise<Uint8Array>): Promise<() => void>;
  /** Tells everybody who hears `name` now; may be lost. */
  tell(name: string, data: Uint8Array): void;
  hear(name: string, listener: (data: Uint8Array) => void): Promise<() => void>;
  /** Ends every `follow`, `answer` and `hear`. */
  close(): Promise<void>;
}

/** The newest message was not the expected one. */
export class WrongLast extends Error {
  constructor(stream: string, subject: string) {
    super(`The newest message of stream '${stream}' was not the expected one for '${subject}'.`);
    this.name = 'WrongLast';
  }
}

/** The server cannot be reached, or does not answer. */
export class ServerAway extends Error {
  constructor(what: string, cause?: unknown) {
    super(`The backbone's server does not answer: ${what}.`, cause === undefined ? undefined : { cause });
    this.name = 'ServerAway';
  }
}

/** The server does not do it, in its own words: its disk or a limit of its is full, or something is not allowed. */
export class ServerRefuses extends Error {
  /** In the server's words. */
  readonly sentence: string;

  constructor(sentence: string) {
    super(`The backbone's server refuses: ${sentence}.`);
    this.name = 'ServerRefuses';
    this.sentence = sentence;
  }
}

/** Nobody answers under this name: whoever did is gone. */
export class NobodyAnswers extends Error {
  constructor(name: string) {
    super(`Nobody answers under '${name}'.`);
    this.name = 'NobodyAnswers';
  }
}
