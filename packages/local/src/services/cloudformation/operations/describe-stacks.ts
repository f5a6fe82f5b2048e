// DescribeStacks and ListStacks. A deleted stack is described by its id only. Answers come in one page. Waiters ask at once and
// then sleep for 30 seconds: a stack that is asked for by name while work on it is under way is described when that is done.
import type {
  DescribeStacksInput,
  DescribeStacksOutput,
  ListStacksInput,
  ListStacksOutput,
  Stack,
} from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import { HIDDEN_VALUE } from '@earwitness/protocol/internal/template/parameter';
import type { Operation } from '../../../call.ts';
import type { Control } from '../control.ts';
import { showOutputs } from '../output.ts';
import type { StackParameter, StackRecord } from '../stack.ts';

/** Ours: the longest time for which an answer waits. */
const PATIENCE_MS = 3000;

export function describeStacks(control: Control): Operation<DescribeStacksInput, DescribeStacksOutput> {
  return async ({ StackName }, call) => {
    const asked = StackName === undefined ? undefined : control.stacks.get(StackName, call);
    if (asked) await control.background.rest(asked.id, PATIENCE_MS);
    const stacks =
      StackName === undefined
        ? control.stacks.list(call).filter((stack) => stack.status !== 'DELETE_COMPLETE')
        : [control.stacks.get(StackName, call)];
    return { Stacks: stacks.map((stack) => showStack(stack, control)) };
  };
}

export function listStacks(control: Control): Operation<ListStacksInput, ListStacksOutput> {
  return ({ StackStatusFilter: wanted = [] }, call) => {
    const stacks = control.stacks.list(call);
    const chosen = wanted.length === 0 ? stacks : stacks.filter((stack) => wanted.includes(stack.status));
    return {
      StackSummaries: chosen.map((stack) => ({
        StackId: stack.id,
        StackName: stack.name,
        ...(stack.description !== undefined && { TemplateDescription: stack.description }),
        CreationTime: stack.createdAt,
        ...(stack.updatedAt !== undefined && { LastUpdatedTime: stack.updatedAt }),
        ...(stack.deletedAt !== undefined && { DeletionTime: stack.deletedAt }),
        StackStatus: stack.status,
        ...(stack.statusReason !== undefined && { StackStatusReason: stack.statusReason }),
        DriftInformation: { StackDriftStatus: 'NOT_CHECKED' as const },
      })),
    };
  };
}

function showStack(stack: StackRecord, control: Control): Stack {
  const outputs = showOutputs(stack, control.stacks, control.outputAddress);
  return {
    StackId: stack.id,
    StackName: stack.name,
    ...(stack.changeSetId !== undefined && { ChangeSetId: stack.changeSetId }),
    ...(stack.description !== undefined && { Description: stack.description }),
    ...(stack.parameters.length > 0 && { Parameters: stack.parameters.map(showParameter) }),
    CreationTime: stack.createdAt,
    ...(stack.updatedAt !== undefined && { LastUpdatedTime: stack.updatedAt }),
    ...(stack.deletedAt !== undefined && { DeletionTime: stack.deletedAt }),
    RollbackConfiguration: {},
    StackStatus: stack.status,
    ...(stack.statusReason !== undefined && { StackStatusReason: stack.statusReason }),
    DisableRollback: stack.disableRollback,
    NotificationARNs: stack.notificationArns,
    ...(stack.capabilities.length > 0 && { Capabilities: stack.capabilities }),
    ...(outputs.length > 0 && { Outputs: outputs }),
    ...(stack.roleArn !== undefined && { RoleARN: stack.roleArn }),
    Tags: stack.tags,
    EnableTerminationProtection: stack.terminationProtection,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

/** A parameter as Describe operations show it: NoEcho values stay hidden. */
export function showParameter(parameter: StackParameter): {
  ParameterKey: string;
  ParameterValue: string;
  ResolvedValue?: string;
} {
  const { key, text, stored, noEcho } = parameter;
  return {
    ParameterKey: key,
    ParameterValue: noEcho ? HIDDEN_VALUE : text,
    ...(stored !== undefined && { ResolvedValue: noEcho ? HIDDEN_VALUE : stored }),
  };
}
