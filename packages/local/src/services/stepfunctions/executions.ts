// Every execution of this cloud.
import type { Table } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Platform } from '../../platform.ts';
import { type ExecutionRow, executionKey } from './execution.ts';
import { EXECUTIONS } from './tables.ts';

export class Executions {
  readonly table: Table<ExecutionRow>;

  constructor({ backbone }: Pick<Platform, 'backbone'>) {
    this.table = backbone.table(EXECUTIONS);
  }

  find(executionArn: string): ExecutionRow | undefined {
    return this.table.get(executionKey({ executionArn }))?.value;
  }

  /**
   * Writes a new execution, unless its machine has one of this ARN; that of a machine that was deleted makes room.
   * Returns what stands there then.
   */
  async add(row: ExecutionRow): Promise<ExecutionRow> {
    const written = await updateRow(this.table, executionKey(row.execution.about), (there) =>
      there && there.machineId === row.machineId ? there : row,
    );
    return written.value;
  }
}
