// The rows that the list showed last, oldest first: from the page of one, the next is the next of these.
import { signal } from '@preact/signals';
import { memory } from './live.ts';
import type { Row } from './row.ts';

export const listed = signal<readonly Row[]>([]);

export interface Neighbours {
  readonly newer: Row | undefined;
  readonly older: Row | undefined;
  /** Whether the list, as it was filtered, had the row. */
  readonly isListed: boolean;
}

/** Of a row that the list did not have: those in the memory. */
export function neighboursOf(row: Row): Neighbours {
  const isListed = listed.value.includes(row);
  const rows = isListed ? listed.value : memory.rows;
  const place = rows.indexOf(row);
  return { newer: rows[place + 1], older: place < 0 ? undefined : rows[place - 1], isListed };
}
