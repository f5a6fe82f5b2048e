// One resource of a stack, made, changed or removed by its type, with the events that CloudFormation writes for it. A
// refusal by the resource's service is an outcome here (`false`), and the reason is in the stack's events.

import { resolveValue, type Scope } from '@earwitness/protocol/internal/template/resolve';
import { isMap, sameValue } from '@earwitness/protocol/internal/template/value';
import { ownEntry } from '../../../own-entry.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import type { PlannedResource } from '../blueprint/blueprint.ts';
import { resourceTypeOf } from '../resource-type.ts';
import type { ResourceRecord } from '../stack.ts';
import { checkValues, createResource, inTurn } from './creation.ts';
import { live, placeOf, reasonOf, type StackWork, stackOf } from './stack-work.ts';

/** How one resource was treated; what is needed to take it back. */
export type Treatment =
  /** `failed`: its creation failed. What exists of it stands in its record, to be deleted. */
  | { readonly kind: 'kept' | 'created' | 'failed' }
  /** `untouched`: the change was refused before the resource knew of it. */
  | { readonly kind: 'replaced' | 'untouched'; readonly before: ResourceRecord }
  /** `successor`: what the update has put in the place of the resource. */
  | { readonly kind: 'updated'; readonly before: ResourceRecord; readonly successor?: Made };

/**
 * Makes a planned resource, or brings the existing one to what was planned. A failed update can be taken back as a done
 * one.
 */
export async function treatResource(
  work: StackWork,
  planned: PlannedResource,
  scope: Scope,
): Promise<{ readonly treatment: Treatment; readonly done: boolean }> {
  const before = await findFormer(work, planned.logicalId);
  const record = {
    logicalId: planned.logicalId,
    type: planned.type.type,
    needs: planned.needs,
    deletionPolicy: planned.deletionPolicy,
    updateReplacePolicy: planned.updateReplacePolicy,
    ...(planned.metadata !== undefined && { metadata: planned.metadata }),
  };
  const verb = before?.made ? 'UPDATE' : 'CREATE';
  let touched = false;
  /** What exists of a resource whose creation, or change into another one, is not done. */
  let begun: Made | undefined;
  let properties: Properties = before?.properties ?? {};
  const tell = (status: ResourceRecord['status'], made: Made | undefined, statusReason?: string) =>
    work.events.resource(work.stackId, {
      ...record,
      properties,
      status,
      updatedAt: work.platform.clock.now(),
      ...(made && { made }),
      ...(statusReason !== undefined && { statusReason }),
    });
  const began = (made: Made) => {
    begun = made;
  };
  try {
    work.signal.throwIfAborted();
    const resolved = resolveValue(planned.properties, scope, planned.line);
    const wanted: Properties = isMap(resolved) ? resolved : {};
    if (!before?.made) {
      properties = wanted;
      await tell('CREATE_IN_PROGRESS', undefined);
      await create({ work, planned, wanted, began, made: (made) => tell('CREATE_COMPLETE', made) });
      return { treatment: { kind: 'created' }, done: true };
    }
    const isSame = before.type === record.type && sameValue(before.properties, wanted);
    if (isSame && !mayHaveChanged(planned, before)) {
      await work.stacks.change(work.stackId, (stack) => ({
        ...stack,
        resources: { ...stack.resources, [planned.logicalId]: { ...before, ...record } },
      }));
      return { treatment: { kind: 'kept' }, done: true };
    }
    properties = wanted;
    const touch = () => {
      touched = true;
    };
    return { treatment: await changeResource({ work, planned, before, wanted, tell, touch, began }), done: true };
  } catch (error) {
    const reason = reasonOf(error, work, planned);
    await tell(`${verb}_FAILED`, before?.made ?? begun, reason);
    if (!before?.made) return { treatment: { kind: 'failed' }, done: false };
    if (!touched) return { treatment: { kind: 'untouched', before }, done: false };
    return { treatment: { kind: 'updated', before, ...(begun && { successor: begun }) }, done: false };
  }
}

/**
 * The resource as the stack has it. What a failed creation has left is deleted first: it is made anew. Ours: the user
 * guide's words on failed resources were not checked.
 */
async function findFormer(work: StackWork, logicalId: string): Promise<ResourceRecord | undefined> {
  const record = ownEntry(stackOf(work).resources, logicalId);
  if (record?.status !== 'CREATE_FAILED' || !record.made) return record;
  await removeResource(work, record, (told) => work.events.formerResource(work.stackId, told));
  return undefined;
}

async function changeResource(options: {
  readonly work: StackWork;
  readonly planned: PlannedResource;
  readonly before: ResourceRecord;
  readonly wanted: Properties;
  tell(status: ResourceRecord['status'], made: Made | undefined, reason?: string): Promise<void>;
  /** Called when the resource itself begins to change. */
  touch(): void;
  began(made: Made): void;
}): Promise<Treatment> {
  const { work, planned, before, wanted, tell, touch, began } = options;
  if (before.made && planned.type.update && !needsReplacement(planned, before, wanted)) {
    await tell('UPDATE_IN_PROGRESS', before.made);
    planned.type.checkUpdate?.(before.properties, wanted);
    const record = { ...before, made: before.made };
    const made = await update({ work, record, wanted, touch, began, restores: false });
    await tell('UPDATE_COMPLETE', made);
    const isOther = made.physicalId !== before.made.physicalId;
    return { kind: 'updated', before, ...(isOther && { successor: made }) };
  }
  const reason = 'Requested update requires the creation of a new physical resource; hence creating one.';
  await tell('UPDATE_IN_PROGRESS', before.made, reason);
  let begun: Made | undefined;
  try {
    const beginning = (made: Made) => {
      begun = made;
    };
    await create({ work, planned, wanted, began: beginning, made: (made) => tell('UPDATE_COMPLETE', made) });
  } catch (error) {
    // What is told is why it could not be made; a deletion that is refused as well adds nothing to that.
    const place = { ...placeOf(work, planned.logicalId), properties: wanted };
    if (begun) await planned.type.delete(begun, place).catch(() => {});
    throw error;
  }
  return { kind: 'replaced', before };
}

/** `made` is told inside the turn: whoever comes next finds the resource in the stack's row. */
function create(options: {
  readonly work: StackWork;
  readonly planned: PlannedResource;
  readonly wanted: Properties;
  began(made: Made): void;
  made(made: Made): Promise<void>;
}): Promise<void> {
  const { work, planned, wanted, began, made } = options;
  const at = { type: planned.type, place: { ...placeOf(work, planned.logicalId), began } };
  return inTurn(work, at, async () => made(await createResource(work, at, await live(wanted, work))));
}

/** Changes what a record says exists to the wanted properties. */
async function update(options: {
  readonly work: StackWork;
  readonly record: ResourceRecord & { readonly made: Made };
  readonly wanted: Properties;
  readonly restores: boolean;
  /** Called when the resource itself begins to change. */
  touch(): void;
  began(made: Made): void;
}): Promise<Made> {
  const { work, record, wanted, restores, touch, began } = options;
  await work.platform.dispatch.loadResourceTypes([record.type]);
  const type = resourceTypeOf(work.platform, record.type, 'made');
  if (!type?.update) throw new Error(`${record.type} cannot be updated in place`);
  const { update } = type;
  const place = placeOf(work, record.logicalId);
  const [properties, previous] = [await live(wanted, work), await live(record.properties, work)];
  if (!restores) await checkValues(type, place, properties);
  return inTurn(work, { type, place }, () => {
    touch();
    return update(record.made, properties, { ...place, previous, restores, began });
  });
}

/** Whether a change of these properties makes a new resource. */
export function needsReplacement(planned: PlannedResource, before: ResourceRecord, wanted: Properties): boolean {
  if (before.type !== planned.type.type || !planned.type.update) return true;
  // What a change means, only the function knows that makes the resource.
  if (planned.type.isOpen) return false;
  if (planned.type.replaces?.(before.properties, wanted)) return true;
  return changedProperties(before.properties, wanted).some(
    (name) => ownEntry(planned.schema?.properties, name)?.requiresRecreation === 'Always',
  );
}

/** Whether what the properties name may have changed though they are the same. */
export function mayHaveChanged({ type }: PlannedResource, { made }: ResourceRecord): boolean {
  return type.alwaysUpdates === true && !made?.standsIn;
}

/** Names of top-level properties that differ. */
export function changedProperties(before: Properties, after: Properties): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => !sameValue(ownEntry(before, name), ownEntry(after, name)));
}

/**
 * Brings an updated resource back to what it was.
 * @returns what then exists; `undefined` when it cannot be brought back
 */
export async function restoreResource(work: StackWork, before: ResourceRecord): Promise<Made | undefined> {
  const current = ownEntry(stackOf(work).resources, before.logicalId) ?? before;
  const restored = { ...before, made: current.made ?? before.made };
  const tell = (status: ResourceRecord['status'], change: Partial<ResourceRecord> = {}) => {
    const { made, ...record } = restored;
    const shown = { ...record, ...(made && { made }), ...change, status, updatedAt: work.platform.clock.now() };
    return work.events.resource(work.stackId, shown);
  };
  try {
    await tell('UPDATE_IN_PROGRESS');
    if (!restored.made) throw new Error(`${before.type} cannot be updated in place`);
    const now = { ...before, properties: current.properties, made: restored.made };
    const wanted = before.properties;
    const made = await update({ work, record: now, wanted, restores: true, touch: () => {}, began: () => {} });
    await tell('UPDATE_COMPLETE', { made });
    return made;
  } catch (error) {
    await tell('UPDATE_FAILED', { statusReason: reasonOf(error, work, { logicalId: before.logicalId }) });
    return undefined;
  }
}

/** Deletes what a record says exists, telling it through `tell`. */
export async function removeResource(
  work: StackWork,
  record: ResourceRecord,
  tell: (record: ResourceRecord) => Promise<void>,
): Promise<boolean> {
  const { statusReason: _, made, ...rest } = record;
  if (!made) return true;
  const now = () => work.platform.clock.now();
  try {
    work.signal.throwIfAborted();
    await tell({ ...rest, made, status: 'DELETE_IN_PROGRESS', updatedAt: now() });
    await work.platform.dispatch.loadResourceTypes([record.type]);
    const type = resourceTypeOf(work.platform, record.type, 'made');
    const place = placeOf(work, record.logicalId);
    await inTurn(work, { type, place }, async () => type?.delete(made, { ...place, properties: record.properties }));
    await tell({ ...rest, made, status: 'DELETE_COMPLETE', updatedAt: now() });
    return true;
  } catch (error) {
    const statusReason = reasonOf(error, work, { logicalId: record.logicalId });
    await tell({ ...rest, made, status: 'DELETE_FAILED', statusReason, updatedAt: now() });
    return false;
  }
}
