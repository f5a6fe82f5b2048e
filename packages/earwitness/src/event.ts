// What a subscription hands to a test: the message of each item. An item whose text is a JSON object (an EventBridge
// envelope, or what an input transformer made of it) becomes that object; every other text stays the text it was, never
// dropped.

/** An event as EventBridge delivers it. */
export interface EventBridgeEvent<
  Source extends string = string,
  DetailType extends string = string,
  Detail = Readonly<Record<string, unknown>>,
> {
  /** Of the envelope: `0`. */
  readonly version: string;
  /** Given by EventBridge; the same in each delivery of one event. */
  readonly id: string;
  /** Who published it. */
  readonly source: Source;
  /** What it says happened. */
  readonly 'detail-type': DetailType;
  /** 12 digits. */
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  /** Where it was published. */
  readonly region: string;
  /** ARNs that the publisher named. */
  readonly resources: readonly string[];
  /** The publisher's own words. */
  readonly detail: Detail;
}

/**
 * The events of a test without an event map: any source, any detail-type, any object as detail.
 * A map of one's own has the shape `{ [source]: { [detailType]: Detail } }`.
 */
export type AnyEvents = Record<string, Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The events of your project, declared once: every subscription, matcher and fixture then completes `source` and
 * `detail-type` and types `detail`. For one subscription alone: `subscribe<Orders>()`.
 * @example
 * import type {} from 'earwitness';
 *
 * declare module 'earwitness' {
 *   interface EventMap {
 *     OrderService: { OrderCreated: { id: string; name: string } };
 *   }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be declared further by the project
export interface EventMap {}

/** The project's `EventMap`; without one, any events. */
export type KnownEvents = keyof EventMap extends never ? AnyEvents : EventMap;

/** The union of all events of an event map. */
export type EventOf<Events extends object> = {
  [Source in keyof Events & string]: {
    [DetailType in keyof Events[Source] & string]: EventBridgeEvent<Source, DetailType, Events[Source][DetailType]>;
  }[keyof Events[Source] & string];
}[keyof Events & string];

declare const others: unique symbol;

/**
 * What comes beside events and is a JSON object too, such as the messages of a queue. It is joined to an event map:
 * `subscribe<KnownEvents & OtherMessages<{ orderId: string }>>()`; a subscription to a queue has it without being told.
 */
export interface OtherMessages<Body extends object = Readonly<Record<string, unknown>>> {
  /** Only types have it. */
  readonly [others]: Body;
}

/** The messages beside the events of an event map; never, when it has none. */
export type OtherOf<Events extends object> = Events extends OtherMessages<infer Body> ? Body : never;

/** An item's value: the event, or the text of an item that is not a JSON object. */
export type Message<Events extends object = KnownEvents> = EventOf<Events> | OtherOf<Events> | string;

/** One item as it was received, with what the transport knows about it. */
export interface Received<Events extends object = KnownEvents> {
  /** The event, or the text. */
  readonly message: Message<Events>;
  /** Place among all items of the subscription, from 0. */
  readonly index: number;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** Size of the item's text in UTF-8 bytes. */
  readonly sizeBytes: number;
  /** The name of the topic, channel, queue or bus that it came from. */
  readonly topic: string;
  /** The same as pages name it, with the service and the cache in front: `momento orders/e2e`. */
  readonly route: string;
  /**
   * The event bus that it came from, where the route shows it: one of several that are relayed, or one heard without a
   * topic.
   */
  readonly bus?: string | undefined;
  /** The transport's own count, where it has one. */
  readonly sequenceNumber?: number;
  /** The X-Ray trace header, from transports that carry it: queues and buses. */
  readonly traceHeader?: string;
}

/** Reads an item's text: a JSON object becomes that object, anything else stays text. */
export function parseMessage(text: string): Message {
  // Most items are objects; the first sign decides cheaply against texts that JSON.parse would only throw on.
  if (text.charCodeAt(0) !== 0x7b && !/^\s*\{/.test(text)) return text;
  try {
    return JSON.parse(text) as EventBridgeEvent;
  } catch {
    return text;
  }
}

/** The text a message is searched in by a regular expression: JSON without white space, or the text itself. */
export function messageText(message: Message): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}
