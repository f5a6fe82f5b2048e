// Change sets: made, looked at, executed, deleted.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { CreateChangeSetInput } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import { transformsOf } from '@earwitness/protocol/internal/template/template';
import type { Call, OperationsOf } from '../../../call.ts';
import { type Blueprint, checkCapabilities } from '../blueprint/blueprint.ts';
import { parseTemplateText } from '../blueprint/parse.ts';
import { type ChangeSetRecord, type ChangeSetStore, summarizeChangeSet } from '../change-set.ts';
import { foresee, withoutValues } from '../changes.ts';
import { drawFor, newStack, requestedMembers, startCreation, startImport, startUpdate } from '../deployment/start.ts';
import { checkImport, readImportOrders } from '../importing/import-order.ts';
import type { Parts } from '../parts.ts';
import { readDeployRequest, refuseMembers } from '../request.ts';
import { checkUpdatable, makeStackId, type StackRecord } from '../stack.ts';
import { showParameter } from './stack.ts';

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/**
 * Ours: change sets of a stack that are kept though they can no longer be executed. AWS deletes the executed ones at
 * once.
 */
const KEPT_FINISHED = 20;

export function changeSetOperations(parts: Parts) {
  return {
    /**
     * Foresees what an update or a creation would do. A change set that would change nothing stands as FAILED with
     * CloudFormation's reason, which `aws cloudformation deploy` reads. The name of a change set that can no longer be
     * executed is free: the AWS CLI names its change sets by the second, and here two deployments fit into one.
     */
    async CreateChangeSet(input, call) {
      // IncludeNestedStacks, which the CDK always sends, changes nothing: a nested stack is shown as one change.
      // ImportExistingResources, which `cdk bootstrap` sends, changes nothing where none of them exists; one that does
      // fails the creation, with its name.
      refuseMembers(input, ['DeploymentMode']);
      const { ChangeSetType: kind = 'UPDATE', ChangeSetName: name } = input;
      if (kind !== 'IMPORT' && input.ResourcesToImport !== undefined) {
        throw new ServiceError('ValidationError', 'ResourcesToImport is for change sets of type IMPORT.');
      }
      const imports = kind === 'IMPORT' ? readImportOrders(input) : undefined;
      const { stack, isNew } = stackFor(parts, input, call);
      const namesake = parts.changeSets.ofStack(stack.id).find((record) => record.name === name);
      if (namesake?.executionStatus === 'AVAILABLE') {
        throw new ServiceError('AlreadyExistsException', `ChangeSet ${name} already exists for stack ${stack.name}`);
      }
      const request = await readDeployRequest(input, { ...parts, call }, isNew ? undefined : stack);
      const record: ChangeSetRecord = {
        id: makeStackId(stack.name, call, '').replace(/:stack\/.*$/, `:changeSet/${name}/${parts.platform.ids.uuid()}`),
        name,
        stackId: stack.id,
        stackName: stack.name,
        kind,
        createdAt: parts.platform.clock.now(),
        status: 'CREATE_COMPLETE',
        executionStatus: 'AVAILABLE',
        request,
        parameters: [],
        changes: [],
        includeNestedStacks: input.IncludeNestedStacks ?? false,
        ...(imports && { imports }),
        ...(input.Description !== undefined && { description: input.Description }),
        ...(input.OnStackFailure !== undefined && { onStackFailure: input.OnStackFailure }),
      };
      const filled = await fill(parts, record, { stack, call });
      if (isNew) {
        await parts.stacks.put(stack);
        await parts.events.stack(stack.id, 'REVIEW_IN_PROGRESS', { reason: 'User Initiated' });
      }
      if (namesake) await parts.changeSets.delete(namesake);
      await parts.changeSets.put(filled);
      await forgetFinished(parts.changeSets, stack.id);
      return { Id: record.id, StackId: stack.id };
    },

    /** Values of properties come with IncludePropertyValues. */
    DescribeChangeSet(input, call) {
      const record = parts.changeSets.get(input, call);
      const { request } = record;
      return {
        ...summarizeChangeSet(record),
        ...(record.parameters.length > 0 && { Parameters: record.parameters.map(showParameter) }),
        NotificationARNs: request.notificationArns,
        RollbackConfiguration: {},
        Capabilities: request.capabilities,
        ...(request.tags.length > 0 && { Tags: request.tags }),
        Changes: input.IncludePropertyValues ? record.changes : withoutValues(record.changes),
        ...(record.onStackFailure !== undefined && { OnStackFailure: record.onStackFailure }),
      };
    },

    ListChangeSets({ StackName }, call) {
      const stack = parts.stacks.find(StackName, call);
      if (!stack) throw new ServiceError('ValidationError', `Stack [${StackName}] does not exist`);
      return { Summaries: parts.changeSets.ofStack(stack.id).map(summarizeChangeSet) };
    },

    async DeleteChangeSet(input, call) {
      const record = parts.changeSets.find(input, call);
      if (record) await parts.changeSets.delete(record);
      return {};
    },

    /** Does what the change set foresaw. The stack's other change sets are obsolete from then on. */
    async ExecuteChangeSet(input, call) {
      const record = parts.changeSets.get(input, call);
      if (record.executionStatus !== 'AVAILABLE') {
        throw new ServiceError(
          'InvalidChangeSetStatus',
          `ChangeSet [${record.id}] cannot be executed in its current status of [${record.status}]`,
        );
      }
      const stack = parts.stacks.get(record.stackId, call);
      if (record.kind === 'UPDATE' || stack.status !== 'REVIEW_IN_PROGRESS') checkUpdatable(stack);
      const blueprint = await drawFor(parts, record.request, { ...stack, previous: stack.parameters, call });
      for (const other of parts.changeSets.ofStack(stack.id)) {
        const executionStatus = other.id === record.id ? 'EXECUTE_COMPLETE' : 'OBSOLETE';
        if (other.executionStatus === 'AVAILABLE') await parts.changeSets.put({ ...other, executionStatus });
      }
      const asked = requestedMembers(blueprint, record.request);
      const token = input.ClientRequestToken;
      const members = { changeSetId: record.id, ...(token !== undefined && { clientRequestToken: token }) };
      const start = { stackId: stack.id, call };
      if (record.kind === 'CREATE') {
        const onFailure = record.onStackFailure ?? (input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK');
        // A stack that a change set made has been updated, as far as AWS is concerned (recorded there: LocalStack
        // test_stacks).
        const made = { ...members, ...asked, updatedAt: parts.platform.clock.now() };
        await startCreation(parts, blueprint, { ...start, members: made, onFailure });
      } else if (record.kind === 'IMPORT') {
        await startImport(parts, blueprint, { ...start, members, imports: record.imports ?? [], afterwards: asked });
      } else {
        const disableRollback = input.DisableRollback ?? record.onStackFailure === 'DO_NOTHING';
        await startUpdate(parts, blueprint, { ...start, members, disableRollback, afterwards: asked });
      }
      return {};
    },
  } satisfies OperationsOf<'cloudformation'>;
}

async function forgetFinished(changeSets: ChangeSetStore, stackId: string): Promise<void> {
  const finished = changeSets.ofStack(stackId).filter(({ executionStatus }) => executionStatus !== 'AVAILABLE');
  for (const record of finished.slice(0, -KEPT_FINISHED)) await changeSets.delete(record);
}

function stackFor(
  parts: Parts,
  { StackName: name, ChangeSetType: kind, ChangeSetName }: CreateChangeSetInput,
  call: Call,
): { readonly stack: StackRecord; readonly isNew: boolean } {
  const found = parts.stacks.find(name, call);
  if (
    kind === 'UPDATE' ||
    kind === undefined ||
    (kind === 'IMPORT' && found && found.status !== 'REVIEW_IN_PROGRESS')
  ) {
    if (!found) throw new ServiceError('ValidationError', `Stack [${name}] does not exist`);
    checkUpdatable(found);
    return { stack: found, isNew: false };
  }
  if (found && found.status !== 'REVIEW_IN_PROGRESS') {
    throw new ServiceError(
      'ValidationError',
      `Stack [${name}] already exists and cannot be created again with the changeSet [${ChangeSetName}].`,
    );
  }
  if (found) return { stack: found, isNew: false };
  const id = makeStackId(name, call, parts.platform.ids.uuid());
  return { stack: newStack({ id, name, call }, parts.platform.clock.now()), isNew: true };
}

// A template with a transform is answered at once and fails afterwards, as on AWS; any other is refused by the call
// itself.
async function fill(
  parts: Parts,
  record: ChangeSetRecord,
  { stack, call }: { readonly stack: StackRecord; readonly call: Call },
): Promise<ChangeSetRecord> {
  const failed = (statusReason: string): ChangeSetRecord => ({
    ...record,
    status: 'FAILED',
    statusReason,
    executionStatus: 'UNAVAILABLE',
  });
  let blueprint: Blueprint;
  try {
    blueprint = await drawFor(parts, record.request, { ...stack, previous: stack.parameters, call });
    checkCapabilities(blueprint, record.request.capabilities, { reviewed: true });
  } catch (error) {
    if (!(error instanceof ServiceError) || !(await hasTransform(record.request.templateBody))) throw error;
    return failed(error.message);
  }
  const foreseen = foresee(blueprint, stack, { stacks: parts.stacks, tags: record.request.tags });
  const { nothing } = foreseen;
  const changes = record.imports ? checkImport(record.imports, blueprint, foreseen) : foreseen.changes;
  const { parameters, processedBody } = blueprint;
  if (nothing && record.kind === 'UPDATE') return { ...failed(NO_CHANGES), parameters, processedBody };
  return { ...record, changes, parameters, processedBody };
}

async function hasTransform(body: string): Promise<boolean> {
  try {
    return transformsOf((await parseTemplateText(body)).root).length > 0;
  } catch {
    return false;
  }
}
