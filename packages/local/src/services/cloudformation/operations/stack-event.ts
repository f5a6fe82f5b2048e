// DescribeStackEvents: newest first, in one page.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';

export function stackEventOperations(parts: Parts) {
  return {
    async DescribeStackEvents({ StackName }, call) {
      const stack = parts.stacks.find(StackName ?? '', call);
      if (!stack) throw new ServiceError('ValidationError', `Stack [${StackName}] does not exist`);
      return { StackEvents: await parts.events.list(stack.id) };
    },
  } satisfies OperationsOf<'cloudformation'>;
}
