// The life of a nested stack, as part of the work on its parent: each step is done when the nested stack is at rest.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Made, ResourcePlace, Working } from '../../../resources/resource.ts';
import { checkCapabilities } from '../blueprint/blueprint.ts';
import { foresee } from '../changes.ts';
import type { DeployRequest } from '../deploy-request.ts';
import { beginCreation, beginDeletion, beginUpdate, drawFor, newStack, requestedMembers } from '../deployment/start.ts';
import type { Parts } from '../parts.ts';
import { checkUpdatable, makeStackId, requestOf, type StackRecord } from '../stack.ts';

type Place = ResourcePlace & Working;

/** Ours: stacks inside one another. A template that nests itself would never end. */
const MAX_DEPTH = 10;

/** Source: CloudFormation API reference, CreateStack, StackName. */
const NAME_MAX_LENGTH = 128;

/**
 * @param began is told of the stack as soon as it exists
 * @throws ServiceError `ValidationError`
 */
export async function createNested(
  parts: Parts,
  request: DeployRequest,
  { began, ...place }: Place & { began(made: Made): void },
): Promise<Made> {
  const { call, signal } = place;
  const name = place.generateName({ maxLength: NAME_MAX_LENGTH });
  const stack = { id: makeStackId(name, call, parts.platform.ids.uuid()), name, call };
  const parent = parts.stacks.get(place.stack.id, call);
  checkDepth(parts, parent);
  const blueprint = await drawFor(parts, request, stack);
  checkCapabilities(blueprint, request.capabilities);
  await parts.stacks.put({
    ...newStack(stack, parts.platform.clock.now()),
    ...requestedMembers(blueprint, request),
    parentId: parent.id,
    rootId: parent.rootId ?? parent.id,
  });
  began({ physicalId: stack.id, attributes: {} });
  // A stack that fails stays as it is until its parent is rolled back.
  const course = await beginCreation(parts, blueprint, { stackId: stack.id, call, onFailure: 'DO_NOTHING' });
  const reason = await course(signal);
  if (reason !== undefined) throw failure(stack.id, `created: ${reason}`);
  return madeOf(parts.stacks.get(stack.id, call));
}

/**
 * @param request what to bring the stack to; left out: what it was before its last update
 * @throws ServiceError `ValidationError`
 */
export async function updateNested(
  parts: Parts,
  nested: StackRecord,
  { request: asked, place }: { readonly request: DeployRequest | undefined; readonly place: Place },
): Promise<Made> {
  const { call, signal } = place;
  const request = asked ?? nested.former;
  if (!request) return madeOf(nested);
  const blueprint = await drawFor(parts, request, { ...nested, previous: nested.parameters, call });
  checkCapabilities(blueprint, request.capabilities);
  const foreseen = foresee(blueprint, nested, { stacks: parts.stacks, tags: request.tags });
  const isSame = foreseen.nothing && nested.templateBody === request.templateBody;
  if (isSame) return madeOf(nested);
  checkUpdatable(nested);
  const course = await beginUpdate(parts, blueprint, {
    stackId: nested.id,
    call,
    members: { former: requestOf(nested) },
    disableRollback: false,
    afterwards: requestedMembers(blueprint, request),
  });
  const reason = await course(signal);
  if (reason !== undefined) {
    throw failure(nested.id, `updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: ${reason}`);
  }
  return madeOf(parts.stacks.get(nested.id, call));
}

/** @throws ServiceError `ValidationError` */
export async function deleteNested(parts: Parts, nested: StackRecord, { call, signal }: Place): Promise<void> {
  if (nested.status === 'DELETE_COMPLETE') return;
  const course = await beginDeletion(parts, { stackId: nested.id, call, retained: [] });
  const reason = await course(signal);
  if (reason !== undefined) throw failure(nested.id, `deleted: ${reason}`);
}

function madeOf({ id, outputs }: StackRecord): Made {
  const attributes = Object.fromEntries(outputs.map(({ key, value }) => [`Outputs.${key}`, value]));
  return { physicalId: id, attributes };
}

/** The sentence is a guess after what people quote in public issues; no recorded answer of AWS was found. */
function failure(id: string, what: string): ServiceError {
  return new ServiceError('ValidationError', `Embedded stack ${id} was not successfully ${what}`);
}

function checkDepth({ stacks }: Parts, parent: StackRecord): void {
  let depth = 1;
  for (let above: StackRecord | undefined = parent; above?.parentId !== undefined; depth++) {
    above = stacks.find(above.parentId, parent);
  }
  if (depth <= MAX_DEPTH) return;
  throw new ServiceError('ValidationError', `Earwitness nests ${MAX_DEPTH} stacks inside one another and no more.`);
}
