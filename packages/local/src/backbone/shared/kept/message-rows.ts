// What stands in the rows of a message queue: see kept-queue.ts.
import type { Stored } from '../../memory/message-queue.ts';
import { roughLength } from './rough-length.ts';

/** Ours: characters of a content that is written again with every change of its message. */
const SHORT_LENGTH = 2048;

/** What a message's deduplication key is remembered by. */
export interface Known {
  readonly key: string;
  readonly note: string;
  /** Epoch ms. */
  readonly until: number;
}

/** What changes of a message; the rest stays as it was sent. */
export interface MessageState {
  /** Epoch ms; null: never. */
  readonly visibleAt: number | null;
  readonly receiveCount: number;
  readonly firstReceivedAt?: number | undefined;
  readonly receivedAt?: number | undefined;
}

export interface LyingRow<Content> extends MessageState {
  readonly id: string;
  readonly content: Content;
  readonly sentAt: number;
  readonly group?: string | undefined;
  readonly known?: Known | undefined;
}

export interface GoneRow {
  readonly gone: true;
  readonly id: string;
  readonly known?: Known | undefined;
}

export interface Marker {
  readonly before: number;
  readonly forgotten: number;
}

export function isShort(content: unknown): boolean {
  return roughLength(content) <= SHORT_LENGTH;
}

export function stateOf({ visibleAt, receiveCount, firstReceivedAt, receivedAt }: Stored<unknown>): MessageState {
  return {
    visibleAt: Number.isFinite(visibleAt) ? visibleAt : null,
    receiveCount,
    firstReceivedAt,
    receivedAt,
  };
}

export function lyingRow<Content>(message: Stored<Content>, known: Known | undefined): LyingRow<Content> {
  const { id, content, sentAt, group } = message;
  return { id, content, sentAt, group, ...stateOf(message), known };
}

export function storedOf<Content>(number: number, row: LyingRow<Content>, state: MessageState): Stored<Content> {
  const { id, content, sentAt, group } = row;
  const { visibleAt, receiveCount, firstReceivedAt, receivedAt } = state;
  return {
    id,
    content,
    sentAt,
    group,
    number,
    visibleAt: visibleAt ?? Number.POSITIVE_INFINITY,
    receiveCount,
    firstReceivedAt,
    receivedAt,
    inFlight: false,
  };
}

export function parseRow<Content>(value: unknown): LyingRow<Content> | GoneRow {
  return value as LyingRow<Content> | GoneRow;
}

export function parseState(value: unknown): MessageState {
  return value as MessageState;
}

export function parseMarker(value: unknown): Marker {
  return value as Marker;
}
