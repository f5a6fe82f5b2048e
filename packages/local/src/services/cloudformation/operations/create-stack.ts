// CreateStack: draws the blueprint, refuses what cannot be, answers with the stack's id, and goes on in the background.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateStackInput,
  CreateStackOutput,
} from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { Operation } from '../../../call.ts';
import { checkCapabilities } from '../blueprint/blueprint.ts';
import { type Control, drawFor, newStack, requestedMembers, startCreation } from '../control.ts';
import { readDeployRequest, refuseMembers } from '../request.ts';
import { makeStackId } from '../stack.ts';

export function createStack(control: Control): Operation<CreateStackInput, CreateStackOutput> {
  return async (input, call) => {
    const { StackName: name, ClientRequestToken: token } = input;
    refuseMembers(input, ['StackPolicyBody', 'StackPolicyURL']);
    if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
      throw new ServiceError(
        'ValidationError',
        `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    }
    if (input.OnFailure !== undefined && input.DisableRollback !== undefined) {
      throw new ServiceError('ValidationError', 'Either DisableRollback or OnFailure can be specified, not both.');
    }
    const existing = control.stacks.find(name, call);
    if (existing) {
      if (token !== undefined && existing.clientRequestToken === token) return { StackId: existing.id };
      throw new ServiceError('AlreadyExistsException', `Stack [${name}] already exists`);
    }
    const stack = { id: makeStackId(name, call, control.platform.ids.uuid()), name, call };
    const request = readDeployRequest(input);
    const blueprint = await drawFor(control, request, stack);
    checkCapabilities(blueprint, input.Capabilities);
    await control.stacks.put({
      ...newStack(stack, control.platform.clock.now()),
      ...requestedMembers(blueprint, request),
      terminationProtection: input.EnableTerminationProtection ?? false,
      ...(token !== undefined && { clientRequestToken: token }),
    });
    const onFailure = input.OnFailure ?? (input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK');
    await startCreation(control, blueprint, { stackId: stack.id, call, onFailure });
    return { StackId: stack.id };
  };
}
