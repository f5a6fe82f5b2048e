// The messages of the stream that all tables' rows stand in: `<stream>.<table>.<key>` is a row, or says that it is
// gone, `<stream>.cleared` that all rows before it are. Anything else says nothing.
import { packMessage, tokenOf, unpackMessage } from '../data.ts';
import type { PiecesName } from '../pieces.ts';
import type { StreamMessage } from '../server.ts';

export interface RowHead {
  readonly table: string;
  readonly key: string;
  /** The row is gone; which node removed it. */
  readonly gone?: string;
  /** The revision that the row had to have. */
  readonly ifRevision?: number | undefined;
  /** Where the value stands, when it is not in the message. */
  readonly pieces?: PiecesName | undefined;
}

export function rowSubject(stream: string, { table, key }: Pick<RowHead, 'table' | 'key'>): string {
  return `${stream}.${tokenOf(table)}.${tokenOf(key)}`;
}

export function clearedSubject(stream: string): string {
  return `${stream}.cleared`;
}

/** Says nothing, and is the stream's newest message, where that was removed by someone else. */
export function emptySubject(stream: string): string {
  return `${stream}.empty`;
}

export function isRow(subject: string): boolean {
  return subject.split('.').length === 3;
}

export function packRow({ table, key, gone, ifRevision, pieces }: RowHead, text?: string): Uint8Array {
  const place = pieces && { word: pieces.word, count: pieces.count };
  return packMessage({ table, key, gone, ifRevision: ifRevision || undefined, pieces: place }, text);
}

export function unpackRow({ data }: StreamMessage): { readonly head: RowHead; readonly text: string } {
  return unpackMessage<RowHead>(data);
}
