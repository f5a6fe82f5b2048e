// The contract between a session and its transports, which are in transport/ and in tests. A transport knows one
// service's wire and nothing of events, expectations or tests. It owes its listener four things: every item once and in
// order, every gap it knows of, the loss of the connection, and nothing after close.

import { showControls } from '@earwitness/protocol/internal/text/show-controls';

/** Opens one route (a topic, a queue) and reports what comes over it. */
export interface Transport {
  /** For people, on one line: `momento orders/e2e`. */
  readonly name: string;
  /** Of the topic, channel, queue or bus that is heard; the transport's own name when it is absent. */
  readonly topic?: string;
  /** The event bus whose events come, when the topic's name does not show it. */
  readonly bus?: string;
  /** Items come with their trace header, when the event had one. */
  readonly carriesTrace?: true;
  /** Items larger than this never arrive over this transport, in bytes; absent when there is no such limit. */
  readonly maxItemBytes?: number;
  /**
   * Resolves once every item published from now on will be reported.
   * @throws TransportError when the route cannot be opened.
   */
  open(listener: TransportListener, signal?: AbortSignal): Promise<OpenTransport>;
  /**
   * Publishes an event of the kit's own (in `createProbe`'s form, with this id) that will arrive here; absent when the
   * transport cannot publish. Only called while the route is open.
   */
  readonly sendCanary?: (id: string) => Promise<void>;
}

/** Sends one canary with this id; resolves when it is sent. */
export type SendCanary = NonNullable<Transport['sendCanary']>;

/** What a transport reports. Calls come one at a time; none comes after `close()` was called. */
export interface TransportListener {
  /** One item, in the order of the route. */
  item(item: Item): void;
  /** Items between what was received and what follows are gone for good. */
  gap(gap: Gap): void;
  /** No sign of life for longer than the transport tolerates; it goes on trying. */
  interrupted(cause: Error): void;
  /** The connection is back; lost items, if any, are reported as a gap. */
  resumed(): void;
  /** The connection is gone for good; nothing will come any more. */
  lost(cause: Error): void;
}

/** A route that is open. */
export interface OpenTransport {
  /** Gives back every handle (sockets, timers, channels). Calling it again is harmless. */
  close(): Promise<void>;
}

/** One thing that came over the wire. */
export interface Item {
  /** As it came: nothing is parsed. */
  readonly text: string;
  /** The service's number of the item, growing by one; absent when the service has none. */
  readonly sequenceNumber?: number;
  /** The X-Ray trace header that came with it (`Root=1-…;Parent=…`). */
  readonly traceHeader?: string;
}

/** A gap in the stream. Numbers are the service's; absent when it named none. */
export interface Gap {
  /** The last item before it. */
  readonly afterSequenceNumber?: number;
  /** The first item after it. */
  readonly nextSequenceNumber?: number;
  /** For people: what the service said. */
  readonly reason: string;
}

/** A transport cannot do its work: what failed, and in `cause` why. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  /** The service's own word for it (`AUTHENTICATION_ERROR`, `404`), when there is one. */
  readonly code: string | undefined;

  constructor(message: string, options: { readonly code?: string; readonly cause?: unknown } = {}) {
    super(showControls(message), { cause: options.cause });
    this.code = options.code;
  }
}
