// Stacks: made, changed, deleted, described.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Stack } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import { HIDDEN_VALUE } from '@earwitness/protocol/internal/template/parameter';
import type { OperationsOf } from '../../../call.ts';
import { checkCapabilities } from '../blueprint/blueprint.ts';
import { foresee } from '../changes.ts';
import { drawFor, newStack, requestedMembers, startCreation, startDeletion, startUpdate } from '../deployment/start.ts';
import { showOutputs } from '../output.ts';
import type { Parts } from '../parts.ts';
import { readDeployRequest, refuseMembers } from '../request.ts';
import { checkUpdatable, isInProgress, makeStackId, type StackParameter, type StackRecord } from '../stack.ts';

/** Ours: the longest time for which an answer waits. */
const PATIENCE_MS = 3000;

export function stackOperations(parts: Parts) {
  return {
    /** Draws the blueprint, refuses what cannot be, answers with the stack's id, and goes on in the background. */
    async CreateStack(input, call) {
      const { StackName: name, ClientRequestToken: token } = input;
      refuseMembers(input, ['StackPolicyBody', 'StackPolicyURL']);
      if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
        throw new ServiceError(
          'ValidationError',
          `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*`,
        );
      }
      if (input.OnFailure !== undefined && input.DisableRollback !== undefined) {
        throw new ServiceError('ValidationError', 'Either DisableRollback or OnFailure can be specified, not both.');
      }
      const existing = parts.stacks.find(name, call);
      if (existing) {
        if (token !== undefined && existing.clientRequestToken === token) return { StackId: existing.id };
        throw new ServiceError('AlreadyExistsException', `Stack [${name}] already exists`);
      }
      const stack = { id: makeStackId(name, call, parts.platform.ids.uuid()), name, call };
      const request = await readDeployRequest(input, { ...parts, call });
      const blueprint = await drawFor(parts, request, stack);
      checkCapabilities(blueprint, input.Capabilities);
      await parts.stacks.put({
        ...newStack(stack, parts.platform.clock.now()),
        ...requestedMembers(blueprint, request),
        terminationProtection: input.EnableTerminationProtection ?? false,
        ...(token !== undefined && { clientRequestToken: token }),
      });
      const onFailure = input.OnFailure ?? (input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK');
      try {
        await startCreation(parts, blueprint, { stackId: stack.id, call, onFailure });
      } catch (error) {
        await parts.stacks.remove(stack.id);
        throw error;
      }
      return { StackId: stack.id };
    },

    /** Refuses an update that would change nothing, and one that the stack's state does not allow. */
    async UpdateStack(input, call) {
      refuseMembers(input, [
        'StackPolicyBody',
        'StackPolicyURL',
        'StackPolicyDuringUpdateBody',
        'StackPolicyDuringUpdateURL',
      ]);
      const stack = parts.stacks.find(input.StackName, call);
      if (!stack) throw new ServiceError('ValidationError', `Stack [${input.StackName}] does not exist`);
      const token = input.ClientRequestToken;
      if (token !== undefined && stack.clientRequestToken === token) return { StackId: stack.id };
      checkUpdatable(stack);
      const request = await readDeployRequest(input, { ...parts, call }, stack);
      const blueprint = await drawFor(parts, request, { ...stack, previous: stack.parameters, call });
      checkCapabilities(blueprint, input.Capabilities);
      const foreseen = foresee(blueprint, stack, { stacks: parts.stacks, tags: request.tags });
      if (foreseen.nothing && stack.status !== 'CREATE_FAILED' && stack.status !== 'UPDATE_FAILED') {
        throw new ServiceError('ValidationError', 'No updates are to be performed.');
      }
      await startUpdate(parts, blueprint, {
        stackId: stack.id,
        call,
        disableRollback: input.DisableRollback ?? false,
        ...(token !== undefined && { members: { clientRequestToken: token } }),
        afterwards: requestedMembers(blueprint, request),
      });
      return { StackId: stack.id };
    },

    /** Succeeds for a stack that is not there, refuses one under termination protection. */
    async DeleteStack(input, call) {
      const stack = parts.stacks.find(input.StackName, call);
      if (!stack || stack.status === 'DELETE_COMPLETE' || stack.status === 'DELETE_IN_PROGRESS') return {};
      if (stack.terminationProtection) {
        throw new ServiceError(
          'ValidationError',
          `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
        );
      }
      if (input.RetainResources && input.RetainResources.length > 0 && stack.status !== 'DELETE_FAILED') {
        throw new ServiceError(
          'ValidationError',
          `Invalid operation on stack [${stack.id}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
        );
      }
      // On AWS a deletion cancels what is under way; here that is a matter of milliseconds, and the deletion is refused
      // meanwhile.
      if (isInProgress(stack)) {
        throw new ServiceError(
          'ValidationError',
          `Stack [${stack.name}] cannot be deleted while in status ${stack.status}`,
        );
      }
      const { ClientRequestToken: clientRequestToken, RoleARN: roleArn } = input;
      for (const changeSet of parts.changeSets.ofStack(stack.id)) await parts.changeSets.delete(changeSet);
      await startDeletion(parts, {
        stackId: stack.id,
        call,
        retained: input.RetainResources ?? [],
        members: {
          ...(clientRequestToken !== undefined && { clientRequestToken }),
          ...(roleArn !== undefined && { roleArn }),
        },
      });
      return {};
    },

    /**
     * DescribeStacks and ListStacks. A deleted stack is described by its id only. Answers come in one page. Waiters ask
     * at once and then sleep for 30 seconds: a stack that is asked for by name while work on it is under way is
     * described when that is done.
     */
    async DescribeStacks({ StackName }, call) {
      const asked = StackName === undefined ? undefined : parts.stacks.get(StackName, call);
      if (asked) await parts.background.rest(asked.id, PATIENCE_MS);
      if (asked && isInProgress(parts.stacks.get(asked.id, call))) await parts.stacks.rest(asked.id, PATIENCE_MS);
      const stacks =
        StackName === undefined
          ? parts.stacks.list(call).filter((stack) => stack.status !== 'DELETE_COMPLETE')
          : [parts.stacks.get(StackName, call)];
      return { Stacks: stacks.map((stack) => showStack(stack, parts)) };
    },

    ListStacks({ StackStatusFilter: wanted = [] }, call) {
      const stacks = parts.stacks.list(call);
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
          ...showNesting(stack),
          DriftInformation: { StackDriftStatus: 'NOT_CHECKED' as const },
        })),
      };
    },

    async UpdateTerminationProtection({ StackName, EnableTerminationProtection: terminationProtection }, call) {
      const stack = parts.stacks.find(StackName, call);
      if (!stack) throw new ServiceError('ValidationError', `Stack [${StackName}] does not exist`);
      await parts.stacks.change(stack.id, (current) => ({ ...current, terminationProtection }));
      return { StackId: stack.id };
    },
  } satisfies OperationsOf<'cloudformation'>;
}

function showStack(stack: StackRecord, parts: Parts): Stack {
  const outputs = showOutputs(stack, parts.stacks, parts.outputAddress);
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
    ...showNesting(stack),
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

/** Of a stack that is a resource of another one. */
function showNesting({ parentId, rootId }: StackRecord) {
  return { ...(parentId !== undefined && { ParentId: parentId }), ...(rootId !== undefined && { RootId: rootId }) };
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
