// UpdateStack: refuses an update that would change nothing, and one that the stack's state does not allow.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  UpdateStackInput,
  UpdateStackOutput,
} from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { Operation } from '../../../call.ts';
import { checkCapabilities } from '../blueprint/blueprint.ts';
import { foresee } from '../changes.ts';
import { type Control, drawFor, requestedMembers, startUpdate } from '../control.ts';
import { readDeployRequest, refuseMembers } from '../request.ts';
import { checkUpdatable } from '../stack.ts';

export function updateStack(control: Control): Operation<UpdateStackInput, UpdateStackOutput> {
  return async (input, call) => {
    refuseMembers(input, [
      'StackPolicyBody',
      'StackPolicyURL',
      'StackPolicyDuringUpdateBody',
      'StackPolicyDuringUpdateURL',
    ]);
    const stack = control.stacks.find(input.StackName, call);
    if (!stack) throw new ServiceError('ValidationError', `Stack [${input.StackName}] does not exist`);
    const token = input.ClientRequestToken;
    if (token !== undefined && stack.clientRequestToken === token) return { StackId: stack.id };
    checkUpdatable(stack);
    const request = readDeployRequest(input, stack);
    const blueprint = await drawFor(control, request, { ...stack, previous: stack.parameters, call });
    checkCapabilities(blueprint, input.Capabilities);
    const foreseen = foresee(blueprint, stack, { stacks: control.stacks, tags: request.tags });
    if (foreseen.nothing && stack.status !== 'CREATE_FAILED' && stack.status !== 'UPDATE_FAILED') {
      throw new ServiceError('ValidationError', 'No updates are to be performed.');
    }
    await startUpdate(control, blueprint, {
      stackId: stack.id,
      call,
      disableRollback: input.DisableRollback ?? false,
      ...(token !== undefined && { members: { clientRequestToken: token } }),
      afterwards: requestedMembers(blueprint, request),
    });
    return { StackId: stack.id };
  };
}
