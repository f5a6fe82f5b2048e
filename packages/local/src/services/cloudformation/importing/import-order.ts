// What a change set of type IMPORT asks for: resources that exist already, by their identifiers, for logical ids of the
// template. Everything else of the stack has to stay as it is. Sources: CloudFormation user guide, "Bringing existing
// resources into CloudFormation management"; sentences as users report them (linuxacademy/content-aws-certified-cloud-
// practioner #1, awslabs/aws-security-assessment-solution #6), others are ours.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Change, CreateChangeSetInput } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import { ownEntry } from '../../../own-entry.ts';
import type { Blueprint, PlannedResource } from '../blueprint/blueprint.ts';
import type { Foreseen } from '../changes.ts';

/** One resource that a stack is to take over. */
export interface ImportOrder {
  readonly logicalId: string;
  readonly type: string;
  /** `{ QueueUrl }`: what identifies resources of the type. */
  readonly identifier: Readonly<Record<string, string>>;
}

/** @throws ServiceError `ValidationError` */
export function readImportOrders({ ResourcesToImport: wanted = [] }: CreateChangeSetInput): readonly ImportOrder[] {
  if (wanted.length === 0) {
    throw refused('A change set of type IMPORT needs ResourcesToImport: at least one resource that exists.');
  }
  const orders = wanted.map(({ LogicalResourceId, ResourceType, ResourceIdentifier }) => ({
    logicalId: LogicalResourceId,
    type: ResourceType,
    identifier: ResourceIdentifier,
  }));
  const names = orders.map(({ logicalId }) => logicalId);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refused(`ResourcesToImport names ${twice} twice.`);
  const things = orders.map(({ type, identifier }) => `${type} ${Object.values(identifier).join('|')}`);
  const second = things.findIndex((thing, index) => things.indexOf(thing) !== index);
  if (second >= 0) {
    const both = [names[things.indexOf(things[second] ?? '')], names[second]].join(' and ');
    throw refused(`ResourcesToImport names one resource for ${both}: ${things[second]}.`);
  }
  return orders;
}

/**
 * Holds the orders against the template, and the rest of the template against the stack.
 * @returns the changes that the change set shows
 * @throws ServiceError `ValidationError`
 */
export function checkImport(
  orders: readonly ImportOrder[],
  blueprint: Blueprint,
  { changes, outputsStay }: Foreseen,
): readonly Change[] {
  for (const order of orders) checkOrder(order, blueprint);
  const declared = blueprint.template.resources;
  const unkept = orders.filter(({ logicalId }) => ownEntry(declared, logicalId)?.deletionPolicy === undefined);
  if (unkept.length > 0) {
    const names = unkept.map(({ logicalId }) => logicalId).join(', ');
    throw refused(
      `The following resources to import [${names}] must have DeletionPolicy attribute specified in the template.`,
    );
  }
  const orderOf = new Map(orders.map((order) => [order.logicalId, order]));
  const others = changes.filter(
    ({ ResourceChange: change = {} }) => change.Action !== 'Add' || !orderOf.has(change.LogicalResourceId ?? ''),
  );
  if (others.length > 0) {
    const names = others.map(({ ResourceChange: change = {} }) => change.LogicalResourceId).join(', ');
    throw refused(
      `You have modified resources [${names}] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.`,
    );
  }
  if (!outputsStay) throw refused('As part of the import operation, you cannot modify or add [Outputs]');
  const added = changes.flatMap(({ ResourceChange: change = {} }) => change.LogicalResourceId ?? []);
  const owned = orders.find(({ logicalId }) => !added.includes(logicalId));
  if (owned) throw refused(`Resource ${owned.logicalId} is part of the stack already.`);
  return changes.map(({ ResourceChange: change = {}, ...rest }) => ({
    ...rest,
    ResourceChange: {
      ...change,
      Action: 'Import',
      PhysicalResourceId: Object.values(orderOf.get(change.LogicalResourceId ?? '')?.identifier ?? {}).join('|'),
    },
  }));
}

function checkOrder({ logicalId, type, identifier }: ImportOrder, { resources }: Blueprint): void {
  const planned = ownEntry(resources, logicalId);
  if (!planned) throw refused(`ResourcesToImport names ${logicalId}, which the template does not have.`);
  if (planned.type.type !== type) {
    throw refused(
      `Resource ${logicalId} is of type ${planned.type.type} in the template, and of type ${type} in ResourcesToImport.`,
    );
  }
  if (!planned.type.adopt) throw refused(`ResourceTypes [${type}] are not supported for Import`);
  const expected = identifiersOf(planned);
  const given = Object.keys(identifier);
  if (given.length !== expected.length || expected.some((name) => !given.includes(name))) {
    throw refused(`Resource ${logicalId} is identified by ${expected.join(', ')}, not by ${given.join(', ')}.`);
  }
}

function identifiersOf({ schema }: PlannedResource): readonly string[] {
  return schema?.ref ?? [];
}

function refused(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}
