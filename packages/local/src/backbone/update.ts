// Read, change and write a row, as if nobody else wrote meanwhile.
import { RevisionConflict, type Row, type Table } from './table.ts';

/** Ours: how often a change is tried. Each time but the last another writer of the same row came first. */
const MAX_TRIES = 10;

/**
 * Writes what `change` makes of the row's value (`undefined`: there is no row). When another node wrote the row meanwhile, `change` is
 * asked again with what that node wrote.
 * @throws what `change` throws; RevisionConflict when ten other writers came first, one after the other.
 */
export async function updateRow<Value>(
  table: Table<Value>,
  key: string,
  change: (value: Value | undefined) => Value,
): Promise<Row<Value>> {
  for (let tries = 1; ; tries++) {
    const row = table.get(key);
    try {
      return await table.put(key, change(row?.value), { ifRevision: row?.revision ?? 0 });
    } catch (error) {
      if (!(error instanceof RevisionConflict) || tries === MAX_TRIES) throw error;
    }
  }
}
