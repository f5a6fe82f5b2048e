// Read, change and write a row, as if nobody else wrote meanwhile.
import { RevisionConflict, type Row, type Table } from './table.ts';

/**
 * Ours: how often a change is tried. Two nodes that change one row all the time were seen to refuse one of them ten
 * times in a row.
 */
export const MAX_TRIES = 100;

/**
 * Writes what `change` makes of the row's value (`undefined`: there is no row). When another node wrote the row
 * meanwhile, `change` is asked again with what that node wrote.
 * @throws what `change` throws; RevisionConflict when others came first MAX_TRIES times in a row.
 */
export async function updateRow<Value>(
  table: Table<Value>,
  key: string,
  change: (value: Value | undefined) => Value | Promise<Value>,
): Promise<Row<Value>> {
  for (let tries = 1; ; tries++) {
    const row = table.get(key);
    try {
      const changed = change(row?.value);
      // One that waits for nothing is written at once: on one node nobody comes in between.
      const value = changed instanceof Promise ? await changed : changed;
      return await table.put(key, value, { ifRevision: row?.revision ?? 0 });
    } catch (error) {
      if (!(error instanceof RevisionConflict) || tries === MAX_TRIES) throw error;
    }
  }
}
