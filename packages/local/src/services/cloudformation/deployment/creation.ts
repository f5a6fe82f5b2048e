// How a resource comes into being: never by taking over what has its name, and either whole or not at all. Source:
// CloudFormation CLI user guide, resource type handler contract: a create handler refuses what exists (AlreadyExists).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Turns } from '../../../backbone/turns.ts';
import type { Beginning, Made, Properties, ResourcePlace, ResourceType, Working } from '../../../resources/resource.ts';
import { validationSentence, valueFaults } from '../../../resources/value-rules.ts';
import type { StackRecord, StackStore } from '../stack.ts';

interface Creating {
  readonly stacks: StackStore;
  readonly turns: Turns;
  /** The stack's id. */
  readonly stackId: string;
}

/** Does the work when it is its turn, for a type whose resources are worked on one at a time. */
export function inTurn<Result>(
  { turns }: Pick<Creating, 'turns'>,
  { type, place }: { readonly type: ResourceType | undefined; readonly place: ResourcePlace },
  work: () => Promise<Result>,
): Promise<Result> {
  const { account, region } = place.call;
  return type?.oneAtATime ? turns.take(`${account}/${region}/${type.type}`, work) : work();
}

/**
 * Creates a resource.
 * @throws ServiceError `ValidationError` when something has its name, or its schema refuses the properties.
 */
export async function createResource(
  creating: Creating,
  { type, place }: { readonly type: ResourceType; readonly place: ResourcePlace & Working & Beginning },
  properties: Properties,
): Promise<Made> {
  await checkValues(type, place, properties);
  await refuseNamesake(creating, { type, place }, properties);
  return type.create(properties, place);
}

/** Holds the properties to what the type's schema says of them. @throws ServiceError `ValidationError` */
export async function checkValues(
  { type }: Pick<ResourceType, 'type'>,
  { logicalId }: Pick<ResourcePlace, 'logicalId'>,
  properties: Properties,
): Promise<void> {
  const faults = await valueFaults(type, properties);
  if (faults.length > 0) throw new ServiceError('ValidationError', validationSentence(logicalId, faults));
}

async function refuseNamesake(
  { stacks, stackId }: Creating,
  { type, place }: { readonly type: ResourceType; readonly place: ResourcePlace },
  properties: Properties,
): Promise<void> {
  const namesake = await type.namesake?.(properties, place);
  if (!namesake) return;
  const owner = ownerOf(namesake.physicalId ?? namesake.name, type.type, stacks.list(place.call));
  if (owner?.stack.id === stackId && owner.logicalId === place.logicalId) {
    // Source: CloudFormation user guide, "Name type": no update that replaces a resource with a name of its own.
    throw taken(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${namesake.name} and update the stack again.`,
    );
  }
  // Source of both sentences: aws-cdk #38655 and #8010 (in stack), cisagov/crossfeed #2022.
  if (owner) throw taken(`${namesake.name} already exists in stack ${owner.stack.id}`);
  if (namesake.exists) throw taken(`${namesake.name} already exists`);
}

/** The stack that has a resource of this type and physical id, and the resource's logical id there. */
export function ownerOf(physicalId: string, type: string, stacks: readonly StackRecord[]) {
  for (const stack of stacks) {
    for (const record of Object.values(stack.resources)) {
      const isThere = record.made && record.status !== 'DELETE_COMPLETE' && stack.status !== 'DELETE_COMPLETE';
      if (isThere && record.type === type && record.made.physicalId === physicalId) {
        return { stack, logicalId: record.logicalId };
      }
    }
  }
  return undefined;
}

function taken(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}
