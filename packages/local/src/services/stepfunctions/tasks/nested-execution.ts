// `states:startExecution`: an execution of another state machine. Its name follows from the task, where none is given:
// when the call is made again after a node has died, it is the same execution.
import { createHash } from 'node:crypto';
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import { isObject, type Json, type JsonObject } from '@earwitness/protocol/internal/states-language/json';
import type { Platform } from '../../../platform.ts';
import { OPTIMIZED_SERVICES } from './sdk-service.ts';
import { callOptimized, withMetadata } from './service-call.ts';
import { failed, type Outcome, parametersOf, type Task } from './task.ts';

/**
 * An Express execution, which cannot be described, tells its end by itself: `awaitedCalls` hears of calls whose
 * execution has to. Source: developer guide, sample project "Selective checkpointing": `startExecution.sync` of an
 * Express machine.
 */
export async function startNested(platform: Platform, task: Task, awaitedCalls: Set<string>): Promise<Outcome> {
  const { Name = nameOf(task), Input: input, ...others } = parametersOf(task);
  // Without an input an execution gets `{}`, as the API has it. Source: recorded on AWS (LocalStack,
  // test_sfn_task_service).
  const Input = input ?? '{}';
  const requestId = platform.ids.uuid();
  if (/\.sync(:2)?$/.test(task.ask.resource)) awaitedCalls.add(requestId);
  try {
    const answer = await callOptimized(platform, task, {
      service: OPTIMIZED_SERVICES.states,
      operation: 'StartExecution',
      parameters: { ...others, Name, Input },
      requestId,
    });
    if (answer.kind === 'failed') return answer;
    const output = await withMetadata('StartExecution', answer);
    const takenAs = startedBy(output);
    return { kind: 'answered', output, ...(takenAs !== undefined && { takenAs }) };
  } finally {
    awaitedCalls.delete(requestId);
  }
}

/** A UUID, as AWS gives one. */
function nameOf({ owner, ask }: Task): string {
  const hex = createHash('sha256').update(`${owner.executionId} ${ask.task}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** The execution that an answer to StartExecution names. */
export function startedBy(output: Json): string | undefined {
  const arn = isObject(output) ? output['ExecutionArn'] : undefined;
  return typeof arn === 'string' ? arn : undefined;
}

/**
 * What a task with `.sync` gets when the execution that it began is over: with `.sync:2` input and output are JSON,
 * with `.sync` they are text. Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/callback).
 */
export function nestedOutcome(execution: Execution, isParsed: boolean): Outcome {
  const { about, status, output, failure, redriveCount, ...times } = execution;
  const described: JsonObject = {
    ...(failure?.cause !== undefined && { Cause: failure.cause }),
    ...(failure?.error !== undefined && { Error: failure.error }),
    ExecutionArn: about.executionArn,
    Input: isParsed && status === 'SUCCEEDED' ? about.input : about.inputText,
    InputDetails: { Included: true },
    Name: about.name,
    ...(output !== undefined && {
      Output: isParsed ? output : JSON.stringify(output),
      OutputDetails: { Included: true },
    }),
    ...(about.type === 'STANDARD' && redriveOf(status, redriveCount)),
    StartDate: about.startedAt,
    StateMachineArn: about.stateMachineArn,
    Status: status,
    StopDate: times.stoppedAt ?? about.startedAt,
  };
  if (status === 'SUCCEEDED') return { kind: 'answered', output: described };
  return failed('States.TaskFailed', JSON.stringify(described));
}

/**
 * Recorded on AWS since there are redrives: test_cross_account_states_start_sync_execution. Of failures what
 * DescribeExecution says.
 */
function redriveOf(status: Execution['status'], count: number): JsonObject {
  const hasFailed = status !== 'SUCCEEDED';
  return {
    RedriveCount: count,
    RedriveStatus: hasFailed ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(!hasFailed && { RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' }),
  };
}
