// What becomes of work on a stack whose node is gone: a creation is taken back, an update is too, a deletion and what
// is left of an update go on. What was being made at the moment, and is in no record yet, stays where it is.
import type { Blueprint } from '../blueprint/blueprint.ts';
import type { Parts } from '../parts.ts';
import { isInProgress, type ResourceRecord, requestOf, type StackRecord, type StackStatus } from '../stack.ts';
import type { Order } from './claims.ts';
import { cleanUp, dropResources, restoreStack, runDeletion, takeCreationBack } from './course.ts';
import { type StackWork, stackOf } from './stack-work.ts';
import { type Course, drawFor, workOf } from './start.ts';

const REASON = 'The node of this cloud that was at work on the stack is gone.';

/** How a nested stack ends: what becomes of it then is for its parent to do. */
const BROKEN_OFF: Partial<Record<StackStatus, StackStatus>> = {
  CREATE_IN_PROGRESS: 'CREATE_FAILED',
  ROLLBACK_IN_PROGRESS: 'ROLLBACK_FAILED',
  UPDATE_IN_PROGRESS: 'UPDATE_FAILED',
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'UPDATE_COMPLETE',
  UPDATE_ROLLBACK_IN_PROGRESS: 'UPDATE_FAILED',
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: 'UPDATE_ROLLBACK_COMPLETE',
  DELETE_IN_PROGRESS: 'DELETE_FAILED',
};

/** The work that is left of an order which another node began. */
export function concludeOrder(parts: Parts, order: Order): Course {
  const { stackId, call: caller } = order;
  const call = { ...caller, requestId: parts.platform.ids.uuid() };
  const workOn = (stack: StackRecord, signal: AbortSignal) =>
    workOf(parts, { stackId: stack.id, call, parameters: stack.parameters, asked: stack }, signal);
  const draw = (stack: StackRecord): Promise<Blueprint> =>
    drawFor(parts, requestOf(stack), { ...stack, previous: stack.parameters, call });

  async function breakOff(work: StackWork): Promise<void> {
    const parent = stackOf(work);
    for (const child of parts.stacks.list(call)) {
      if (child.parentId !== parent.id || !isInProgress(child)) continue;
      const childWork = workOn(child, work.signal);
      await breakOff(childWork);
      await childWork.events.stack(child.id, BROKEN_OFF[child.status] ?? child.status, { reason: REASON });
    }
    for (const record of Object.values(parent.resources)) {
      const status = endOf(record.status);
      if (status === undefined) continue;
      const made = record.made ?? nestedOf(parts, parent, record);
      const ended = { ...record, ...(made && { made }), status, statusReason: 'Resource creation cancelled' };
      await work.events.resource(parent.id, { ...ended, updatedAt: parts.platform.clock.now() });
    }
  }

  return async (signal) => {
    const stack = parts.stacks.get(stackId, call);
    if (!isInProgress(stack)) return undefined;
    const work = workOn(stack, signal);
    await breakOff(work);
    switch (stack.status) {
      case 'CREATE_IN_PROGRESS':
      case 'ROLLBACK_IN_PROGRESS':
        await takeCreationBack(work, order.onFailure ?? 'ROLLBACK', REASON);
        break;
      case 'UPDATE_IN_PROGRESS':
      case 'UPDATE_ROLLBACK_IN_PROGRESS':
        if (order.disableRollback) await work.events.stack(stackId, 'UPDATE_FAILED', { reason: REASON });
        else await restoreStack(work, await draw(stack), REASON);
        break;
      case 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS':
        await cleanUp(work, await draw(stack), 'UPDATE_COMPLETE');
        break;
      case 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS':
        await cleanUp(work, await draw(stack), 'UPDATE_ROLLBACK_COMPLETE');
        break;
      case 'DELETE_IN_PROGRESS':
        await runDeletion(work, order.retained ?? []);
        break;
      case 'IMPORT_IN_PROGRESS':
      case 'IMPORT_ROLLBACK_IN_PROGRESS':
        await work.events.stack(stackId, 'IMPORT_ROLLBACK_IN_PROGRESS', { reason: REASON });
        await dropResources(work, ({ logicalId }) => !order.imported?.includes(logicalId));
        await work.events.stack(stackId, 'IMPORT_ROLLBACK_COMPLETE');
        break;
    }
    return REASON;
  };
}

function endOf(status: ResourceRecord['status']): ResourceRecord['status'] | undefined {
  switch (status) {
    case 'CREATE_IN_PROGRESS':
      return 'CREATE_FAILED';
    case 'UPDATE_IN_PROGRESS':
      return 'UPDATE_FAILED';
    case 'DELETE_IN_PROGRESS':
      return 'DELETE_FAILED';
    default:
      return undefined;
  }
}

/** A nested stack that was begun, and is not in its parent's record yet. */
function nestedOf({ stacks }: Parts, parent: StackRecord, { type, logicalId }: ResourceRecord) {
  if (type !== 'AWS::CloudFormation::Stack') return undefined;
  const child = stacks.list(parent).find(({ parentId, name, status }) => {
    const isLive = status !== 'DELETE_COMPLETE';
    return isLive && parentId === parent.id && name.startsWith(`${parent.name}-${logicalId}-`);
  });
  return child && { physicalId: child.id, attributes: {} };
}
