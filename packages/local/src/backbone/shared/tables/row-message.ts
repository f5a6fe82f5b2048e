// The messages of the stream that all tables' rows stand in: `<stream>.<table>.<key>` is a row, or says that it is gone,
// `<stream>.cleared` that all rows before it are.
import { packMessage, tokenOf, unpackMessage } from '../data.ts';
import type { StreamMessage } from '../server.ts';

export interface RowHead {
  readonly table: string;
  readonly key: string;
  /** The row is gone. */
  readonly gone?: true;
  /** The revision that the row had to have. */
  readonly ifRevision?: number | undefined;
}

export function rowSubject(stream: string, { table, key }: Pick<RowHead, 'table' | 'key'>): string {
  return `${stream}.${tokenOf(table)}.${tokenOf(key)}`;
}

export function clearedSubject(stream: string): string {
  return `${stream}.cleared`;
}

export function packRow({ table, key, gone, ifRevision }: RowHead, text?: string): Uint8Array {
  return packMessage({ table, key, gone, ifRevision: ifRevision || undefined }, text);
}

export function unpackRow({ data }: StreamMessage): { readonly head: RowHead; readonly text: string } {
  return unpackMessage<RowHead>(data);
}
