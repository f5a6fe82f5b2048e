// What workers tell of tasks, by their tokens.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { jsonFault, parseJson } from '@earwitness/protocol/internal/states-language/json-text';
import type { Call, OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';

export function taskOperations({ running, authorize }: Parts) {
  /** Policies name the state machine whose task it is. */
  async function allow(token: string, call: Call, action: string): Promise<void> {
    await authorize(call, action, { resource: running.findTask(token)?.stateMachineArn ?? '*' });
  }

  return {
    async SendTaskSuccess({ taskToken, output: text }, call) {
      await allow(taskToken, call, 'SendTaskSuccess');
      const output = parseJson(text);
      // A token that is none is told first. Recorded: test_sfn_send_task_outcome_with_no_such_token.
      if (output === undefined && running.findTask(taskToken)) {
        throw new ServiceError('InvalidOutput', `Invalid Output: '${jsonFault(text)}'`);
      }
      await running.completeTask(taskToken, { kind: 'succeeded', output: output ?? null });
      return {};
    },

    async SendTaskFailure({ taskToken, error, cause }, call) {
      await allow(taskToken, call, 'SendTaskFailure');
      await running.completeTask(taskToken, { kind: 'failed', error, cause });
      return {};
    },

    async SendTaskHeartbeat({ taskToken }, call) {
      await allow(taskToken, call, 'SendTaskHeartbeat');
      await running.completeTask(taskToken, { kind: 'heartbeat' });
      return {};
    },
  } satisfies OperationsOf<'stepfunctions'>;
}
