// UpdateTerminationProtection.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  UpdateTerminationProtectionInput,
  UpdateTerminationProtectionOutput,
} from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { Operation } from '../../../call.ts';
import type { Control } from '../control.ts';

export function updateTerminationProtection(
  control: Control,
): Operation<UpdateTerminationProtectionInput, UpdateTerminationProtectionOutput> {
  return async ({ StackName, EnableTerminationProtection: terminationProtection }, call) => {
    const stack = control.stacks.find(StackName, call);
    if (!stack) throw new ServiceError('ValidationError', `Stack [${StackName}] does not exist`);
    await control.stacks.change(stack.id, (current) => ({ ...current, terminationProtection }));
    return { StackId: stack.id };
  };
}
