// Task tokens: opaque words, each for one task of one execution. A row for each, so that any node takes them, also a
// day later.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { Happening, TaskAsk } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import type { Json } from '@earwitness/protocol/internal/states-language/json';
import { type Table, tableOf } from '../../../backbone/table.ts';
import type { Platform } from '../../../platform.ts';
import { type ExecutionRow, executionKey } from '../execution.ts';

/** Whose task a token is for. */
export interface OpenTask {
  readonly executionArn: string;
  readonly stateMachineArn: string;
}

export type Completion =
  | { readonly kind: 'succeeded'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error: string | undefined; readonly cause: string | undefined }
  | { readonly kind: 'heartbeat' };

/** Whose task it is. */
interface TokenRow extends OpenTask {
  readonly key: string;
  /** Of the execution's row. */
  readonly id: string;
  readonly task: string;
}

const TOKENS = tableOf<TokenRow>('stepfunctions/task-tokens');

export class Tokens {
  readonly #table: Table<TokenRow>;

  constructor({ backbone }: Pick<Platform, 'backbone'>) {
    this.#table = backbone.table(TOKENS);
  }

  async add({ id, execution: { about } }: ExecutionRow, { token, task }: TaskAsk): Promise<void> {
    if (token === undefined) return;
    const { executionArn, stateMachineArn } = about;
    await this.#table.put(token, { executionArn, stateMachineArn, key: executionKey(about), id, task });
  }

  find(token: string): TokenRow | undefined {
    return this.#table.get(token)?.value;
  }

  async clear(): Promise<void> {
    for (const { key } of this.#table.list()) await this.#table.delete(key);
  }
}

/** Whether some thread of an execution waits for this task. */
export function isOpen({ status, threads }: Execution, task: string): boolean {
  if (status !== 'RUNNING') return false;
  return Object.values(threads).some(({ waiting }) => 'task' in waiting && waiting.task === task);
}

export function happeningOfCompletion(task: string, completion: Completion): Happening {
  switch (completion.kind) {
    case 'succeeded':
      return { kind: 'task succeeded', task, output: completion.output };
    case 'failed':
      return { kind: 'task failed', task, error: completion.error, cause: completion.cause };
    case 'heartbeat':
      return { kind: 'task heartbeat', task };
  }
}

/** Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/services/test_aws_sdk_task_service). */
export function invalidToken(): ServiceError {
  return new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
}

/** Of a task that is over. The sentence is from memory of AWS's. */
export function taskTimedOut(): ServiceError {
  return new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
}
