// The course of an import: a stack takes over resources that exist, as they are; or none of them, when one of them is
// not there. Source of the statuses and their reasons: CloudFormation user guide, "Resource import status codes".
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { resolveValue, type Scope } from '@earwitness/protocol/internal/template/resolve';
import { isMap } from '@earwitness/protocol/internal/template/value';
import { ownEntry } from '../../../own-entry.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import type { Blueprint, PlannedResource } from '../blueprint/blueprint.ts';
import { dropResources } from '../deployment/course.ts';
import { ownerOf } from '../deployment/creation.ts';
import { deploymentScope } from '../deployment/scope.ts';
import { placeOf, reasonOf, type StackWork } from '../deployment/stack-work.ts';
import type { ResourceRecord, StackRecord } from '../stack.ts';
import type { ImportOrder } from './import-order.ts';

/**
 * Imports what was ordered into a stack that stands in IMPORT_IN_PROGRESS.
 * @param order.members of the stack's row that hold when the import is done
 * @returns why it failed
 */
export async function runImport(
  work: StackWork,
  blueprint: Blueprint,
  order: { readonly imports: readonly ImportOrder[]; readonly members: Partial<StackRecord> },
): Promise<string | undefined> {
  const { events, stackId } = work;
  const scope = deploymentScope(work, blueprint, new Set());
  const imported: ResourceRecord[] = [];
  // In the order of creation: properties may name resources that are imported, too.
  for (const logicalId of blueprint.waves.flat()) {
    const wanted = order.imports.find((one) => one.logicalId === logicalId);
    const planned = ownEntry(blueprint.resources, logicalId);
    if (!wanted || !planned) continue;
    const record = await importResource(work, { planned, wanted, scope });
    imported.push(record);
    if (record.made) continue;
    const reason = `The following resource(s) failed to import: [${logicalId}].`;
    await rollBack(work, imported, reason);
    return reason;
  }
  await events.stack(stackId, 'IMPORT_COMPLETE', { with: order.members });
  return undefined;
}

/** @returns its record; one without `made` was not imported. */
async function importResource(
  work: StackWork,
  {
    planned,
    wanted,
    scope,
  }: { readonly planned: PlannedResource; readonly wanted: ImportOrder; readonly scope: Scope },
): Promise<ResourceRecord> {
  const { logicalId, type, needs, deletionPolicy, updateReplacePolicy, metadata } = planned;
  let properties: Properties = {};
  const tell = async (
    status: ResourceRecord['status'],
    { made, statusReason }: { readonly made?: Made; readonly statusReason: string },
  ): Promise<ResourceRecord> => {
    const record: ResourceRecord = {
      ...{ logicalId, type: type.type, needs, deletionPolicy, updateReplacePolicy, properties, status, statusReason },
      updatedAt: work.platform.clock.now(),
      ...(metadata !== undefined && { metadata }),
      ...(made && { made }),
    };
    await work.events.resource(work.stackId, record);
    return record;
  };
  try {
    work.signal.throwIfAborted();
    const resolved = resolveValue(planned.properties, scope, planned.line);
    properties = isMap(resolved) ? resolved : {};
    await tell('IMPORT_IN_PROGRESS', { statusReason: 'Resource import started.' });
    const made = await findExisting(work, planned, wanted);
    return await tell('IMPORT_COMPLETE', { made, statusReason: 'Resource import completed.' });
  } catch (error) {
    return tell('IMPORT_FAILED', { statusReason: reasonOf(error, work, planned) });
  }
}

/** @throws ServiceError `ValidationError` when it is not there, or belongs to a stack */
async function findExisting(
  work: StackWork,
  { type }: PlannedResource,
  { logicalId, identifier }: ImportOrder,
): Promise<Made> {
  const made = await type.adopt?.(identifier, placeOf(work, logicalId));
  const shown = Object.values(identifier).join('|');
  if (!made) throw new ServiceError('ValidationError', `${type.type} ${shown} does not exist`);
  const owner = ownerOf(made.physicalId, type.type, work.stacks.list(work.call));
  if (owner) throw new ServiceError('ValidationError', `${shown} already exists in stack ${owner.stack.id}`);
  return made;
}

/** The stack lets go of what it had taken over; the resources stay as they are. */
async function rollBack(work: StackWork, imported: readonly ResourceRecord[], reason: string): Promise<void> {
  const { events, stackId, platform } = work;
  await events.stack(stackId, 'IMPORT_ROLLBACK_IN_PROGRESS', { reason });
  const names = new Set(imported.map(({ logicalId }) => logicalId));
  await dropResources(work, ({ logicalId }) => !names.has(logicalId));
  for (const { statusReason: _, ...record } of imported.filter(({ made }) => made)) {
    const updatedAt = platform.clock.now();
    await events.formerResource(stackId, { ...record, status: 'IMPORT_ROLLBACK_IN_PROGRESS', updatedAt });
    await events.formerResource(stackId, { ...record, status: 'IMPORT_ROLLBACK_COMPLETE', updatedAt });
  }
  await events.stack(stackId, 'IMPORT_ROLLBACK_COMPLETE');
}
