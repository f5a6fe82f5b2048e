// What the default bus hears of a Standard execution: each change of its status.
// Source: Step Functions developer guide, "Execution status change"; the members are those of DescribeExecution, with
// epoch milliseconds, and `null` for what is absent.
import type { SentEvent } from '@earwitness/protocol/internal/admin/sent-event';
import type { HistoryEvent } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { Platform } from '../../../platform.ts';
import type { ExecutionRow } from '../execution.ts';

/** Bytes of escaped input and output. Source: the same. */
const DATA_MAX_BYTES = 248 * 1024;

type Status = Execution['status'];

const STATUS_OF: Partial<Readonly<Record<HistoryEvent['type'], Status>>> = {
  ExecutionStarted: 'RUNNING',
  ExecutionRedriven: 'RUNNING',
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
};

/** Best effort, as AWS's. */
export async function emitStatuses(
  { dispatch, ids, journal }: Platform,
  row: ExecutionRow,
  events: readonly HistoryEvent[],
): Promise<void> {
  const { account, region, execution, traceHeader } = row;
  const emit = dispatch.service('events')?.emit;
  if (!emit || execution.about.type === 'EXPRESS') return;
  const sent = events.flatMap((event) => {
    const status = STATUS_OF[event.type];
    return status === undefined ? [] : [statusEvent(row, status, event.timestamp)];
  });
  if (sent.length === 0) return;
  const principal = { kind: 'service', service: 'states.amazonaws.com', sourceAccount: account } as const;
  const trace = traceHeader !== undefined && { traceId: traceHeader };
  try {
    await emit(sent, { account, region, principal, requestId: ids.uuid(), ...trace });
  } catch (error) {
    journal.fault(`execution ${execution.about.executionArn}`, error);
  }
}

function statusEvent({ account, region, execution }: ExecutionRow, status: Status, time: number): SentEvent {
  const { about, redriveCount, redrivenAt, failure, stoppedAt } = execution;
  const isOver = status !== 'RUNNING';
  const output = isOver && execution.output !== undefined ? JSON.stringify(execution.output) : undefined;
  const data = fitting(about.inputText, output);
  return {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    detail: JSON.stringify({
      executionArn: about.executionArn,
      stateMachineArn: about.stateMachineArn,
      name: about.name,
      status,
      startDate: about.startedAt,
      stopDate: isOver ? (stoppedAt ?? null) : null,
      ...data,
      stateMachineVersionArn: about.stateMachineVersionArn ?? null,
      stateMachineAliasArn: about.stateMachineAliasArn ?? null,
      redriveCount,
      redriveDate: redrivenAt ?? null,
      redriveStatus: status === 'RUNNING' || status === 'SUCCEEDED' ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
      redriveStatusReason:
        status === 'RUNNING' || status === 'SUCCEEDED' ? `Execution is ${status} and cannot be redriven` : null,
      error: isOver ? (failure?.error ?? null) : null,
      cause: isOver ? (failure?.cause ?? null) : null,
    }),
    resources: [about.executionArn],
    time,
    account,
    region,
  };
}

/** First the input is left out, then the output. */
function fitting(input: string, output: string | undefined) {
  const size = (text: string | undefined) => (text === undefined ? 0 : Buffer.byteLength(JSON.stringify(text)));
  const hasInput = size(input) + size(output) <= DATA_MAX_BYTES;
  const hasOutput = hasInput || size(output) <= DATA_MAX_BYTES;
  return {
    input: hasInput ? input : null,
    output: hasOutput ? (output ?? null) : null,
    inputDetails: { included: hasInput },
    outputDetails: output === undefined ? null : { included: hasOutput },
  };
}
