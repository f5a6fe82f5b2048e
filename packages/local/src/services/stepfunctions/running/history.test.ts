import { startExecution } from '@earwitness/protocol/internal/states-language/interpreter/advance';
import { expect, test } from 'vitest';
import { createMemoryBackbone } from '../../../backbone/memory/backbone.ts';
import { createClock } from '../../../clock/clock.ts';
import { EMPTY_OUTBOX, type ExecutionRow, executionKey } from '../execution.ts';
import { EXECUTIONS } from '../tables.ts';
import { Histories } from './history.ts';

function rowOf(index: number, isOver: boolean): ExecutionRow {
  const name = String(index).padStart(3, '0');
  const execution = startExecution({
    executionArn: `arn:aws:states:eu-west-1:123456789012:execution:orders:${name}`,
    ...{ name, stateMachineArn: 'm', stateMachineName: 'orders', roleArn: 'r', type: 'STANDARD' },
    ...{ startedAt: 0, input: {}, inputText: '{}' },
  });
  return {
    ...{ account: '123456789012', region: 'eu-west-1', id: name, machineId: 'm', order: index, outbox: EMPTY_OUTBOX },
    execution: isOver ? { ...execution, status: 'SUCCEEDED', stoppedAt: index } : execution,
    machine: { definition: '', logging: { level: 'OFF', includeExecutionData: false }, tracing: false, updatedAt: 0 },
  };
}

test('executions that ended first make room; those that run stay', async () => {
  const backbone = createMemoryBackbone(createClock({ frozenAt: 0 }));
  const table = backbone.table(EXECUTIONS);
  const histories = new Histories({ backbone }, table, { maxEnded: 3, sweepEvery: 2 });
  const event = { id: 1, type: 'ExecutionStarted', timestamp: 0 } as const;
  for (let index = 0; index < 6; index++) {
    const row = rowOf(index, index !== 1);
    await table.put(executionKey(row.execution.about), row);
    await histories.append(row, [event]);
    await histories.makeRoom();
  }
  const left = table.list().map(({ value }) => value);
  expect(left.map(({ id }) => id)).toEqual(['001', '003', '004', '005']);
  expect(await histories.read(rowOf(0, true))).toEqual([]);
  expect(await histories.read(rowOf(3, true))).toEqual([event]);
});
