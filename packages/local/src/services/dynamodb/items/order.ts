// Where an item stands among others, as text: text that is before another one's is the text of an item that is before.
//
//   3f09c1a2 4:user order-0007∅∅ …      a hash of the partition value, its length, the value; then the sort values,
//                                        each with an end that is before every other sign; of an index, then the
//                                        item's own key
//
// The hash spreads a scan's segments and says in which order a scan meets partitions. The length keeps the keys of one
// partition from standing among another's.
import type { KeyRange } from './sorted-keys.ts';

/** Ends a sort value: `a` comes before `ab`, whatever follows. */
const END = '\u0000\u0000';

/** Key values as texts whose order is theirs (`keyText`). */
export interface KeyTexts {
  readonly partition: readonly string[];
  readonly sort: readonly string[];
}

export function orderText({ partition, sort }: KeyTexts): string {
  return partitionText(partition) + sort.map(ended).join('');
}

export function partitionText(values: readonly string[]): string {
  const [first = '', ...others] = values;
  const text = others.length === 0 ? first : values.map(ended).join('');
  return `${hash(text).toString(16).padStart(8, '0')}${text.length}:${text}`;
}

/** One share of all partitions: hashes are 32 bits. */
export function segmentRange(segment: number, total: number): KeyRange {
  const edge = (number: number) =>
    Math.ceil((number * 2 ** 32) / total)
      .toString(16)
      .padStart(8, '0');
  return { from: edge(segment), until: segment + 1 === total ? undefined : edge(segment + 1) };
}

/** What begins with `text`. */
export function within(text: string): KeyRange {
  return { from: text, until: endOf(text) };
}

/** What has these sort values first, after `prefix`. */
export function valueText(prefix: string, value: string): string {
  return prefix + ended(value);
}

/** What has a sort value that begins with this text. */
export function openText(prefix: string, value: string): string {
  return prefix + escaped(value);
}

/** The first text after all that begin with `text`. */
export function endOf(text: string): string | undefined {
  for (let at = text.length - 1; at >= 0; at--) {
    const unit = text.charCodeAt(at);
    if (unit < 0xffff) return text.slice(0, at) + String.fromCharCode(unit + 1);
  }
  return undefined;
}

/** The first text after `text` itself. */
export function after(text: string): string {
  return `${text}\u0000`;
}

function ended(value: string): string {
  return escaped(value) + END;
}

function escaped(value: string): string {
  return value.includes('\u0000') ? value.replaceAll('\u0000', '\u0000\u0001') : value;
}

/** FNV-1a, stirred at the end: partitions that differ in their last sign stand far apart. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}
