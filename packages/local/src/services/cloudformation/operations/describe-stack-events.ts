// DescribeStackEvents: newest first, in one page.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  DescribeStackEventsInput,
  DescribeStackEventsOutput,
} from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { Operation } from '../../../call.ts';
import type { Control } from '../control.ts';

export function describeStackEvents(control: Control): Operation<DescribeStackEventsInput, DescribeStackEventsOutput> {
  return ({ StackName }, call) => {
    const stack = control.stacks.find(StackName ?? '', call);
    if (!stack) throw new ServiceError('ValidationError', `Stack [${StackName}] does not exist`);
    return { StackEvents: control.events.list(stack.id) };
  };
}
