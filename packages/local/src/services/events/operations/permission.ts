// PutPermission and RemovePermission: a bus's resource policy. `../permission.ts` asks it. Sentences that no
// recording has are moto's.
import { partitionOf } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { PutPermissionRequest } from '@earwitness/protocol/internal/aws/models/events.types';
import type { OperationsOf } from '../../../call.ts';
import { type Bus, type BusPolicy, busRefOf, type PolicyStatement } from '../bus.ts';
import type { Parts } from '../parts.ts';

/** Bytes of a bus's policy. Source: EventBridge quotas. */
const MAX_POLICY_BYTES = 10_240;

export function permissionOperations({ buses }: Parts) {
  return {
    async PutPermission(input, call) {
      await buses.changePolicy(busRefOf(input.EventBusName, call), (bus) => {
        const policy = input.Policy === undefined ? addStatement(bus, input) : parsePolicy(input.Policy);
        if (JSON.stringify(policy).length > MAX_POLICY_BYTES) {
          throw new ServiceError('PolicyLengthExceededException', 'The event bus policy is too long.');
        }
        return policy;
      });
      return {};
    },

    async RemovePermission({ EventBusName, StatementId, RemoveAllPermissions }, call) {
      await buses.changePolicy(busRefOf(EventBusName, call), ({ policy }) => {
        if (RemoveAllPermissions) return undefined;
        if (!policy?.Statement.some(({ Sid }) => Sid === StatementId)) {
          throw new ServiceError('ResourceNotFoundException', 'Statement with the provided id does not exist.');
        }
        const left = policy.Statement.filter(({ Sid }) => Sid !== StatementId);
        return left.length > 0 ? { ...policy, Statement: left } : undefined;
      });
      return {};
    },
  } satisfies OperationsOf<'events'>;
}

function addStatement({ arn, policy, region }: Bus, input: PutPermissionRequest): BusPolicy {
  const { StatementId, Principal, Action, Condition } = input;
  for (const [name, value] of Object.entries({ Action, Principal, StatementId })) {
    if (value === undefined) throw new ServiceError('ValidationException', `Parameter ${name} must be specified.`);
  }
  if (Action !== 'events:PutEvents') throw invalid("Provided value in parameter 'action' is not supported.");
  if (Condition && Principal !== '*') {
    throw invalid("Value of the parameter 'principal' must be '*' when the parameter 'condition' is set.");
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
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw invalid('This policy contains invalid Json');
  }
  if (policy === null || typeof policy !== 'object' || !('Statement' in policy)) {
    throw invalid('Parameter Policy is not valid.');
  }
  // One statement may stand without a list around it.
  return { Version: '2012-10-17', ...policy, Statement: [policy.Statement].flat() as PolicyStatement[] };
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
