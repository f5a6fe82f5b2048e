// The response to one poll of a Momento topic over HTTP: JSON with a list of items, each an item or a discontinuity.
// Source: https://docs.momentohq.com/topics/api-reference/http-api, read 2026-11-22.
import { TransportError } from '../hearing/transport.ts';

/** One element of the response. Over HTTP `new_topic_sequence` is the number of the item that follows. */
export type PolledItem =
  | {
      readonly kind: 'item';
      readonly sequenceNumber: number;
      readonly sequencePage: number;
      readonly text: string;
    }
  | { readonly kind: 'discontinuity'; readonly nextSequenceNumber: number; readonly sequencePage: number };

/** @throws TransportError when the text is not what Momento documents. */
export function parsePoll(body: string): PolledItem[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (cause) {
    throw new TransportError('Momento answered a poll with something that is not JSON', { cause });
  }
  const items = field(parsed, 'items');
  if (!Array.isArray(items)) throw new TransportError('Momento answered a poll without a list of items');
  return items.map(parseItem);
}

function parseItem(value: unknown): PolledItem {
  const item = field(value, 'item');
  if (item !== undefined) {
    return {
      kind: 'item',
      sequenceNumber: number(item, 'topic_sequence_number'),
      sequencePage: number(item, 'sequence_page'),
      text: itemText(field(item, 'value')),
    };
  }
  const discontinuity = field(value, 'discontinuity');
  return {
    kind: 'discontinuity',
    nextSequenceNumber: number(discontinuity, 'new_topic_sequence'),
    sequencePage: number(discontinuity, 'new_sequence_page'),
  };
}

/** A binary value has no documented JSON form; base64 is what protobuf's own JSON mapping gives. */
function itemText(value: unknown): string {
  const text = field(value, 'text');
  if (typeof text === 'string') return text;
  const binary = field(value, 'binary');
  if (typeof binary === 'string') return Buffer.from(binary, 'base64').toString('utf8');
  throw new TransportError('Momento sent an item whose value is neither text nor binary');
}

function number(value: unknown, name: string): number {
  const found = field(value, name);
  if (typeof found === 'number') return found;
  throw new TransportError(`Momento sent an item without ${name}`);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
