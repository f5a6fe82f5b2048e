// PutPermission and RemovePermission: a bus's resource policy. It is kept and shown; a user's credentials may do everything here.

import { partitionOf } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  PutPermissionRequest,
  RemovePermissionRequest,
} from '@earwitness/protocol/internal/aws/models/events.types';
import type { Operation } from '../../../service.ts';
import { type Bus, type BusPolicy, busRefOf, type PolicyStatement } from '../bus.ts';
import type { Events } from '../events.ts';

/** Bytes of a bus's policy. Source: EventBridge quotas. */
const MAX_POLICY_BYTES = 10_240;

export function permissionOperations({ buses }: Events) {
  const put: Operation<PutPermissionRequest> = async (input, call) => {
    const bus = buses.get(busRefOf(input.EventBusName, call));
    const policy = input.Policy === undefined ? addStatement(bus, input) : parsePolicy(input.Policy);
    if (JSON.stringify(policy).length > MAX_POLICY_BYTES) {
      throw new ServiceError('PolicyLengthExceededException', 'The event bus policy is too long.');
    }
    await buses.put({ ...bus, policy });
    return {};
  };

  const remove: Operation<RemovePermissionRequest> = async (input, call) => {
    const { policy, ...bus } = buses.get(busRefOf(input.EventBusName, call));
    const statements = policy?.Statement ?? [];
    const left = input.RemoveAllPermissions ? [] : statements.filter(({ Sid }) => Sid !== input.StatementId);
    if (left.length === statements.length && !input.RemoveAllPermissions) {
      throw new ServiceError('ResourceNotFoundException', 'Statement with the provided id does not exist.');
    }
    await buses.put(policy && left.length > 0 ? { ...bus, policy: { ...policy, Statement: left } } : bus);
    return {};
  };

  return { PutPermission: put, RemovePermission: remove };
}

function addStatement({ arn, policy, region }: Bus, input: PutPermissionRequest): BusPolicy {
  const { StatementId, Principal, Action, Condition } = input;
  for (const [name, value] of Object.entries({ Action, Principal, StatementId })) {
    if (value === undefined) throw new ServiceError('ValidationException', `Parameter ${name} must be specified.`);
  }
  const statement: PolicyStatement = {
    Sid: StatementId ?? '',
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:${partitionOf(region)}:iam::${Principal}:root` },
    Action,
    Resource: arn,
    ...(Condition && { Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }),
  };
  const others = (policy?.Statement ?? []).filter(({ Sid }) => Sid !== StatementId);
  return { Version: policy?.Version ?? '2012-10-17', Statement: [...others, statement] };
}

function parsePolicy(text: string): BusPolicy {
  try {
    const policy: unknown = JSON.parse(text);
    if (policy !== null && typeof policy === 'object' && 'Statement' in policy) return policy as BusPolicy;
  } catch {
    // Falls through: no policy either way.
  }
  throw new ServiceError('ValidationException', 'Parameter Policy is not valid.');
}
