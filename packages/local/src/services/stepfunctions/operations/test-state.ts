// TestState: one state, run once. What it means is decided in protocol's states-language/test-state.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { testState } from '@earwitness/protocol/internal/states-language/test-state/test-state';
import type { OperationsOf } from '../../../call.ts';
import { checkRoleArn } from '../arn.ts';
import type { Parts } from '../parts.ts';
import { worldOf } from '../running/world.ts';
import { findMockProblem } from './mocked-result.ts';

export function testStateOperations({ platform, running, authorize, authorizePassing }: Parts) {
  return {
    async TestState(input, call) {
      const { account, region } = call;
      const { roleArn } = input;
      await authorize(call, 'TestState', { resource: '*' });
      const arnOf = (resource: string) => formatArn({ service: 'states', region, account, resource });
      // A machine and an Express execution of this call alone. Source: recorded on AWS: LocalStack,
      // test_map_state_failure_count.
      const stateMachineName = platform.ids.uuid();
      const stateMachineArn = arnOf(`stateMachine:${stateMachineName}`);
      if (roleArn !== undefined) {
        checkRoleArn(roleArn);
        await authorizePassing(call, roleArn, stateMachineArn);
      }
      const name = platform.ids.uuid();
      const executionArn = arnOf(`express:${stateMachineName}:${name}`);
      const owner = { account, region, executionArn, executionId: name, stateMachineArn, roleArn: roleArn ?? '' };
      return await testState(input, {
        world: worldOf(platform),
        place: { executionArn, name, stateMachineArn, stateMachineName },
        async findResourceProblem(resource) {
          const problem = await running.findResourceProblem(resource);
          return problem?.severity === 'ERROR' ? problem.message : undefined;
        },
        async performTask(ask) {
          const outcome = await running.performTask(ask, owner);
          if (outcome.kind === 'answered') return { output: outcome.output };
          return { failure: { error: outcome.error, cause: outcome.cause } };
        },
        checkMock: (resource, result, mode) => findMockProblem({ resource, result, mode }),
      });
    },
  } satisfies OperationsOf<'stepfunctions'>;
}
