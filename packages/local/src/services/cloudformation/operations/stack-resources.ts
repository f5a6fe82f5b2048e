// DescribeStackResource, DescribeStackResources and ListStackResources: three views of the same rows.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  DescribeStackResourceInput,
  DescribeStackResourceOutput,
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput,
  ListStackResourcesInput,
  ListStackResourcesOutput,
} from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { Call, Operation } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { Control } from '../control.ts';
import type { ResourceRecord, StackRecord } from '../stack.ts';

export function describeStackResource(
  control: Control,
): Operation<DescribeStackResourceInput, DescribeStackResourceOutput> {
  return ({ StackName, LogicalResourceId }, call) => {
    const stack = findStack(control, StackName, call);
    const record = ownEntry(stack.resources, LogicalResourceId);
    if (!record) {
      throw new ServiceError('ValidationError', `Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
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
  };
}

export function describeStackResources(
  control: Control,
): Operation<DescribeStackResourcesInput, DescribeStackResourcesOutput> {
  return ({ StackName, LogicalResourceId, PhysicalResourceId }, call) => {
    const stack =
      StackName === undefined ? ownerOf(control, PhysicalResourceId, call) : control.stacks.get(StackName, call);
    const records = Object.values(stack.resources).filter(
      (record) =>
        (LogicalResourceId === undefined || record.logicalId === LogicalResourceId) &&
        (PhysicalResourceId === undefined || StackName !== undefined || record.made?.physicalId === PhysicalResourceId),
    );
    return {
      StackResources: records.map((record) => ({
        StackName: stack.name,
        StackId: stack.id,
        ...show(record),
        Timestamp: record.updatedAt,
      })),
    };
  };
}

export function listStackResources(control: Control): Operation<ListStackResourcesInput, ListStackResourcesOutput> {
  return ({ StackName }, call) => {
    const stack = control.stacks.get(StackName, call);
    return {
      StackResourceSummaries: Object.values(stack.resources).map((record) => ({
        ...show(record),
        LastUpdatedTimestamp: record.updatedAt,
      })),
    };
  };
}

function findStack(control: Control, name: string, call: Call): StackRecord {
  const stack = control.stacks.find(name, call);
  if (stack) return stack;
  throw new ServiceError('ValidationError', `Stack '${name}' does not exist`);
}

function ownerOf(control: Control, physicalId: string | undefined, call: Call): StackRecord {
  const owner = control.stacks
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
