// A message as it travels: what was published, checked, with its identity. Plain data, so that it can wait on any
// backbone.
import type { TopicPlace } from '../topic.ts';

/** `value` is text; of Binary, its base64. */
export interface MessageAttribute {
  readonly type: string;
  readonly value: string;
}

export interface Message {
  /** A UUID: that of Publish's answer and of the envelope. */
  readonly id: string;
  readonly topic: TopicPlace;
  readonly subject?: string | undefined;
  /** For every protocol that has no text of its own. */
  readonly text: string;
  /** MessageStructure json: what single protocols get. */
  readonly byProtocol?: Readonly<Record<string, string>> | undefined;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly publishedAt: number;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** Of a FIFO topic: 20 digits. */
  readonly sequenceNumber?: string | undefined;
  /** `1` or `2`: with what it is signed. */
  readonly signatureVersion: string;
  readonly traceId?: string | undefined;
}

/** What an endpoint of this protocol gets. */
export function textFor({ text, byProtocol }: Message, protocol: string): string {
  return byProtocol !== undefined && Object.hasOwn(byProtocol, protocol) ? (byProtocol[protocol] ?? text) : text;
}
