// What PutEvents checks of each entry, and how it counts bytes. A refused entry does not fail the others.
import { compactJson } from './json-text.ts';

/**
 * Bytes that the entries of one PutEvents call may have together. Source: PutEvents API reference, read 2026-11-22 (256
 * KB until January 2026).
 */
export const PUT_EVENTS_MAX_BYTES = 1_048_576;
/**
 * Characters of a DetailType. Source: PutEvents API reference. An entry with more is accepted and its event discarded:
 * a public report (segmentio/action-destinations, pull request 2828, 2025); no recording has it.
 */
export const DETAIL_TYPE_MAX_LENGTH = 128;
/** Bytes that a given `Time` counts for. Source: EventBridge user guide, "Calculating event entry size". */
const TIME_BYTES = 14;

/** An entry as a caller sends it. */
export interface Entry {
  readonly Time?: number | undefined;
  readonly Source?: string | undefined;
  readonly Resources?: readonly string[] | undefined;
  readonly DetailType?: string | undefined;
  readonly Detail?: string | undefined;
}

/** An entry that may become an event. `detail` is compact JSON text of an object. */
export interface CheckedEntry {
  readonly kind: 'checked';
  readonly source: string;
  readonly detailType: string;
  readonly detail: string;
}

export interface RejectedEntry {
  readonly kind: 'rejected';
  readonly code: string;
  readonly message: string;
}

/** Checks an entry in AWS's order: missing fields, the caller's right to the source, the detail. */
export function checkEntry(entry: Entry): CheckedEntry | RejectedEntry {
  const { Source: source, DetailType: detailType, Detail: detail } = entry;
  if (!source) return missing('Source');
  if (!detailType) return missing('DetailType');
  if (!detail) return missing('Detail');
  if (source.startsWith('aws.')) {
    return { kind: 'rejected', code: 'NotAuthorizedForSourceException', message: 'Not authorized for the source.' };
  }
  const compact = compactJson(detail);
  if (compact?.charCodeAt(0) !== 0x7b) {
    return { kind: 'rejected', code: 'MalformedDetail', message: 'Detail is malformed.' };
  }
  return { kind: 'checked', source, detailType, detail: compact };
}

function missing(name: string): RejectedEntry {
  const message = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
  return { kind: 'rejected', code: 'InvalidArgument', message };
}

/** An entry's size as AWS counts it: the bus's name and the trace header are free. */
export function entrySizeBytes(entry: Entry): number {
  let size = entry.Time === undefined ? 0 : TIME_BYTES;
  size += utf8Length(entry.Source) + utf8Length(entry.DetailType) + utf8Length(entry.Detail);
  if (entry.Resources) for (const resource of entry.Resources) size += utf8Length(resource);
  return size;
}

const BEYOND_ASCII = /[\u0080-\uffff]/;

function utf8Length(text: string | undefined): number {
  if (text === undefined) return 0;
  // Most text is ASCII, and the engine of regular expressions reads it in one go.
  if (!BEYOND_ASCII.test(text)) return text.length;
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    // Two UTF-16 units of a surrogate pair are four bytes together: one more for each. Any other unit from 0x800 on is
    // three bytes.
    length += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return length;
}
