// DeleteStack: succeeds for a stack that is not there, refuses one under termination protection.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { DeleteStackInput } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { Operation } from '../../../call.ts';
import { type Control, startDeletion } from '../control.ts';
import { isInProgress } from '../stack.ts';

export function deleteStack(control: Control): Operation<DeleteStackInput, Readonly<Record<string, never>>> {
  return async (input, call) => {
    const stack = control.stacks.find(input.StackName, call);
    if (!stack || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return {};
    if (stack.terminationProtection) {
      throw new ServiceError(
        'ValidationError',
        `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
      );
    }
    if (input.RetainResources && input.RetainResources.length > 0 && stack.status !== 'DELETE_FAILED') {
      throw new ServiceError(
        'ValidationError',
        `Invalid operation on stack [${stack.id}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
      );
    }
    // On AWS a deletion cancels what is under way; here that is a matter of milliseconds, and the deletion is refused meanwhile.
    if (isInProgress(stack)) {
      throw new ServiceError(
        'ValidationError',
        `Stack [${stack.name}] cannot be deleted while in status ${stack.status}`,
      );
    }
    const token = input.ClientRequestToken;
    for (const changeSet of control.changeSets.ofStack(stack.id)) await control.changeSets.delete(changeSet);
    await startDeletion(control, {
      stackId: stack.id,
      call,
      retained: input.RetainResources ?? [],
      ...(token !== undefined && { members: { clientRequestToken: token } }),
    });
    return {};
  };
}
