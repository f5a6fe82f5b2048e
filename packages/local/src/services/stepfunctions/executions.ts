// Every execution of this cloud.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Table } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Platform } from '../../platform.ts';
import { type ExecutionRow, executionKey } from './execution.ts';
import type { StateMachine } from './state-machine.ts';
import { EXECUTIONS } from './tables.ts';

export class Executions {
  readonly table: Table<ExecutionRow>;

  constructor({ backbone }: Pick<Platform, 'backbone'>) {
    this.table = backbone.table(EXECUTIONS);
  }

  find(executionArn: string): ExecutionRow | undefined {
    return this.table.get(executionKey({ executionArn }))?.value;
  }

  /** @throws ExecutionDoesNotExist */
  get(executionArn: string): ExecutionRow {
    const row = this.find(executionArn);
    if (row) return row;
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  }

  /** Those of a machine, newest first. With a label: those of one of its distributed Maps. */
  list({ account, region, name, id }: Pick<StateMachine, 'account' | 'region' | 'name' | 'id'>, label?: string) {
    const owner = label === undefined ? name : `${name}/${label}`;
    const rows = this.table.list(`${account}/${region}/execution:${owner}:`).map(({ value }) => value);
    return rows
      .filter(({ machineId }) => machineId === id)
      .sort((one, other) => (ageKey(one) < ageKey(other) ? -1 : 1));
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

const DIGITS = 17;
const LARGEST = 10 ** (DIGITS - 1);

/** In its order newer ones come first. */
export function ageKey({ execution, order }: ExecutionRow): string {
  const spell = (value: number) => String(LARGEST - value).padStart(DIGITS, '0');
  return `${spell(execution.about.startedAt)} ${spell(order)} ${execution.about.name}`;
}
