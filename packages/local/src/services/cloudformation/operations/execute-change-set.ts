// ExecuteChangeSet: does what the change set foresaw. The stack's other change sets are obsolete from then on.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  ExecuteChangeSetInput,
  ExecuteChangeSetOutput,
} from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { Operation } from '../../../call.ts';
import { type Control, drawFor, requestedMembers, startCreation, startUpdate } from '../control.ts';
import { checkUpdatable } from '../stack.ts';

export function executeChangeSet(control: Control): Operation<ExecuteChangeSetInput, ExecuteChangeSetOutput> {
  return async (input, call) => {
    const record = control.changeSets.get(input, call);
    if (record.executionStatus !== 'AVAILABLE') {
      throw new ServiceError(
        'InvalidChangeSetStatus',
        `ChangeSet [${record.id}] cannot be executed in its current status of [${record.status}]`,
      );
    }
    const stack = control.stacks.get(record.stackId, call);
    if (record.kind === 'UPDATE') checkUpdatable(stack);
    const blueprint = await drawFor(control, record.request, { ...stack, previous: stack.parameters, call });
    for (const other of control.changeSets.ofStack(stack.id)) {
      const executionStatus = other.id === record.id ? 'EXECUTE_COMPLETE' : 'OBSOLETE';
      if (other.executionStatus === 'AVAILABLE') await control.changeSets.put({ ...other, executionStatus });
    }
    const asked = requestedMembers(blueprint, record.request);
    const token = input.ClientRequestToken;
    const members = { changeSetId: record.id, ...(token !== undefined && { clientRequestToken: token }) };
    const start = { stackId: stack.id, call };
    if (record.kind === 'CREATE') {
      const onFailure = record.onStackFailure ?? (input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK');
      await startCreation(control, blueprint, { ...start, members: { ...members, ...asked }, onFailure });
    } else {
      const disableRollback = input.DisableRollback ?? record.onStackFailure === 'DO_NOTHING';
      await startUpdate(control, blueprint, { ...start, members, disableRollback, afterwards: asked });
    }
    return {};
  };
}
