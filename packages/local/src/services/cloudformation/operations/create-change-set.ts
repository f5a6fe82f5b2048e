// CreateChangeSet: foresees what an update or a creation would do. A change set that would change nothing stands as FAILED with
// CloudFormation's reason, which `aws cloudformation deploy` reads. The name of a change set that can no longer be executed is free:
// the AWS CLI names its change sets by the second, and here two deployments fit into one.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateChangeSetInput,
  CreateChangeSetOutput,
} from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import { transformsOf } from '@earwitness/protocol/internal/template/template';
import type { Call, Operation } from '../../../call.ts';
import { type Blueprint, checkCapabilities } from '../blueprint/blueprint.ts';
import { parseTemplateText } from '../blueprint/parse.ts';
import type { ChangeSetRecord, ChangeSetStore } from '../change-set.ts';
import { foresee } from '../changes.ts';
import { type Control, drawFor, newStack } from '../control.ts';
import { readDeployRequest, refuseMembers } from '../request.ts';
import { checkUpdatable, makeStackId, type StackRecord } from '../stack.ts';

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** Ours: change sets of a stack that are kept though they can no longer be executed. AWS deletes the executed ones at once. */
const KEPT_FINISHED = 20;

export function createChangeSet(control: Control): Operation<CreateChangeSetInput, CreateChangeSetOutput> {
  return async (input, call) => {
    refuseMembers(input, ['ResourcesToImport', 'ImportExistingResources', 'IncludeNestedStacks', 'DeploymentMode']);
    const { ChangeSetType: kind = 'UPDATE', ChangeSetName: name } = input;
    if (kind === 'IMPORT')
      throw new ServiceError('ValidationError', 'Earwitness does not serve change sets of type IMPORT.');
    const { stack, isNew } = stackFor(control, input, call);
    const namesake = control.changeSets.ofStack(stack.id).find((record) => record.name === name);
    if (namesake?.executionStatus === 'AVAILABLE') {
      throw new ServiceError('AlreadyExistsException', `ChangeSet ${name} already exists for stack ${stack.name}`);
    }
    const request = readDeployRequest(input, isNew ? undefined : stack);
    const record: ChangeSetRecord = {
      id: makeStackId(stack.name, call, '').replace(/:stack\/.*$/, `:changeSet/${name}/${control.platform.ids.uuid()}`),
      name,
      stackId: stack.id,
      stackName: stack.name,
      kind,
      createdAt: control.platform.clock.now(),
      status: 'CREATE_COMPLETE',
      executionStatus: 'AVAILABLE',
      request,
      parameters: [],
      changes: [],
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.OnStackFailure !== undefined && { onStackFailure: input.OnStackFailure }),
    };
    const filled = await fill(control, record, { stack, call });
    if (isNew) {
      await control.stacks.put(stack);
      await control.events.stack(stack.id, 'REVIEW_IN_PROGRESS', { reason: 'User Initiated' });
    }
    if (namesake) await control.changeSets.delete(namesake);
    await control.changeSets.put(filled);
    await forgetFinished(control.changeSets, stack.id);
    return { Id: record.id, StackId: stack.id };
  };
}

async function forgetFinished(changeSets: ChangeSetStore, stackId: string): Promise<void> {
  const finished = changeSets.ofStack(stackId).filter(({ executionStatus }) => executionStatus !== 'AVAILABLE');
  for (const record of finished.slice(0, -KEPT_FINISHED)) await changeSets.delete(record);
}

function stackFor(
  control: Control,
  { StackName: name, ChangeSetType: kind, ChangeSetName }: CreateChangeSetInput,
  call: Call,
): { readonly stack: StackRecord; readonly isNew: boolean } {
  const found = control.stacks.find(name, call);
  if (kind !== 'CREATE') {
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
  const id = makeStackId(name, call, control.platform.ids.uuid());
  return { stack: newStack({ id, name, call }, control.platform.clock.now()), isNew: true };
}

// A template with a transform is answered at once and fails afterwards, as on AWS; any other is refused by the call itself.
async function fill(
  control: Control,
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
    blueprint = await drawFor(control, record.request, { ...stack, previous: stack.parameters, call });
    checkCapabilities(blueprint, record.request.capabilities, { reviewed: true });
  } catch (error) {
    if (!(error instanceof ServiceError) || !(await hasTransform(record.request.templateBody))) throw error;
    return failed(error.message);
  }
  const { changes, nothing } = foresee(blueprint, stack, { stacks: control.stacks, tags: record.request.tags });
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
