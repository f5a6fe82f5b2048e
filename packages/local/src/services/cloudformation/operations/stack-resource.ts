// DescribeStackResource, DescribeStackResources and ListStackResources: three views of the same rows.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { Parts } from '../parts.ts';
import type { ResourceRecord, StackRecord } from '../stack.ts';

export function stackResourceOperations(parts: Parts) {
  return {
    DescribeStackResource({ StackName, LogicalResourceId }, call) {
      const stack = findStack(parts, StackName, call);
      const record = ownEntry(stack.resources, LogicalResourceId);
      if (!record) {
        throw new ServiceError(
          'ValidationError',
          `Resource ${LogicalResourceId} does not exist for stack ${stack.name}`,
        );
      }
      return {
        StackResourceDetail: {
          StackName: stack.name,
          StackId: stack.id,
          ...show(record),
          LastUpdatedTimestamp: record.updatedAt,
          Metadata: record.metadata ?? '{}',
        },
      };
    },

    DescribeStackResources({ StackName, LogicalResourceId, PhysicalResourceId }, call) {
      const stack =
        StackName === undefined ? ownerOf(parts, PhysicalResourceId, call) : parts.stacks.get(StackName, call);
      const records = Object.values(stack.resources).filter(
        (record) =>
          (LogicalResourceId === undefined || record.logicalId === LogicalResourceId) &&
          (PhysicalResourceId === undefined ||
            StackName !== undefined ||
            record.made?.physicalId === PhysicalResourceId),
      );
      return {
        StackResources: records.map((record) => ({
          StackName: stack.name,
          StackId: stack.id,
          ...show(record),
          Timestamp: record.updatedAt,
        })),
      };
    },

    ListStackResources({ StackName }, call) {
      const stack = parts.stacks.get(StackName, call);
      return {
        StackResourceSummaries: Object.values(stack.resources).map((record) => ({
          ...show(record),
          LastUpdatedTimestamp: record.updatedAt,
        })),
      };
    },
  } satisfies OperationsOf<'cloudformation'>;
}

function findStack(parts: Parts, name: string, call: Call): StackRecord {
  const stack = parts.stacks.find(name, call);
  if (stack) return stack;
  throw new ServiceError('ValidationError', `Stack '${name}' does not exist`);
}

function ownerOf(parts: Parts, physicalId: string | undefined, call: Call): StackRecord {
  const owner = parts.stacks
    .list(call)
    .find((stack) => Object.values(stack.resources).some((record) => record.made?.physicalId === physicalId));
  if (owner) return owner;
  throw new ServiceError('ValidationError', `Stack for ${physicalId} does not exist`);
}

function show(record: ResourceRecord) {
  return {
    LogicalResourceId: record.logicalId,
    ...(record.made && { PhysicalResourceId: record.made.physicalId }),
    ResourceType: record.type,
    ResourceStatus: record.status,
    ...(record.statusReason !== undefined && { ResourceStatusReason: record.statusReason }),
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' as const },
  };
}
