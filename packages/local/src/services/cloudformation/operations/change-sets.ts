// DescribeChangeSet, ListChangeSets and DeleteChangeSet.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  DeleteChangeSetInput,
  DeleteChangeSetOutput,
  DescribeChangeSetInput,
  DescribeChangeSetOutput,
  ListChangeSetsInput,
  ListChangeSetsOutput,
} from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { Operation } from '../../../call.ts';
import { summarizeChangeSet } from '../change-set.ts';
import type { Control } from '../control.ts';
import { showParameter } from './describe-stacks.ts';

export function describeChangeSet(control: Control): Operation<DescribeChangeSetInput, DescribeChangeSetOutput> {
  return (input, call) => {
    const record = control.changeSets.get(input, call);
    const { request } = record;
    return {
      ...summarizeChangeSet(record),
      Parameters: record.parameters.map(showParameter),
      NotificationARNs: request.notificationArns,
      RollbackConfiguration: {},
      Capabilities: request.capabilities,
      Tags: request.tags,
      Changes: record.changes,
      ...(record.onStackFailure !== undefined && { OnStackFailure: record.onStackFailure }),
    };
  };
}

export function listChangeSets(control: Control): Operation<ListChangeSetsInput, ListChangeSetsOutput> {
  return ({ StackName }, call) => {
    const stack = control.stacks.find(StackName, call);
    if (!stack) throw new ServiceError('ValidationError', `Stack [${StackName}] does not exist`);
    return { Summaries: control.changeSets.ofStack(stack.id).map(summarizeChangeSet) };
  };
}

export function deleteChangeSet(control: Control): Operation<DeleteChangeSetInput, DeleteChangeSetOutput> {
  return async (input, call) => {
    const record = control.changeSets.find(input, call);
    if (record) await control.changeSets.delete(record);
    return {};
  };
}
