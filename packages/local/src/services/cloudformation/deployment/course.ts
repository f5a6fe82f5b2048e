// The course of a stack's creation, update and deletion: wave by wave, and back again when something fails. Statuses,
// their order and their reasons are CloudFormation's.
import { creationWaves } from '@earwitness/protocol/internal/template/graph';
import { ownEntry } from '../../../own-entry.ts';
import type { Made } from '../../../resources/resource.ts';
import type { Blueprint } from '../blueprint/blueprint.ts';
import { checkExports, importersOf, resolveOutputs } from '../output.ts';
import type { ResourceRecord, StackRecord } from '../stack.ts';
import { removeResource, restoreResource, type Treatment, treatResource } from './resource-work.ts';
import { deploymentScope } from './scope.ts';
import { type StackWork, stackOf } from './stack-work.ts';
import { unsupportedAttribute } from './unsupported-attribute.ts';

export type OnFailure = 'DO_NOTHING' | 'ROLLBACK' | 'DELETE';

interface Treated {
  readonly logicalId: string;
  readonly treatment: Treatment;
}

type Outcome =
  | { readonly kind: 'done'; readonly treated: readonly Treated[]; readonly members: Partial<StackRecord> }
  | { readonly kind: 'failed'; readonly treated: readonly Treated[]; readonly reason: string };

/**
 * Makes every resource of a stack that stands in CREATE_IN_PROGRESS.
 * @returns why it failed
 */
export async function runCreation(
  work: StackWork,
  blueprint: Blueprint,
  onFailure: OnFailure,
): Promise<string | undefined> {
  const { events, stackId } = work;
  const outcome = await treatAll(work, blueprint, 'create');
  if (outcome.kind === 'done') {
    await events.stack(stackId, 'CREATE_COMPLETE', { with: outcome.members });
    return undefined;
  }
  await takeCreationBack(work, onFailure, outcome.reason);
  return outcome.reason;
}

/**
 * Brings a stack that stands in UPDATE_IN_PROGRESS to the blueprint. `members` are those of its row that then hold.
 * @returns why it failed
 */
export async function runUpdate(
  work: StackWork,
  blueprint: Blueprint,
  update: { readonly members: Partial<StackRecord>; readonly disableRollback: boolean },
): Promise<string | undefined> {
  const { events, stackId } = work;
  const outcome = await treatAll(work, blueprint, 'update');
  if (outcome.kind === 'done') {
    const leaving = [...replacedIn(outcome.treated, blueprint), ...removedBy(blueprint, stackOf(work))];
    if (leaving.length > 0) {
      // From here on the new template holds: who takes the work over only cleans up.
      const members = { ...update.members, ...outcome.members };
      await events.stack(stackId, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', { with: members });
      await removeFormer(work, leaving);
    }
    await dropResources(work, (record) => Object.hasOwn(blueprint.resources, record.logicalId));
    await events.stack(stackId, 'UPDATE_COMPLETE', { with: { ...update.members, ...outcome.members } });
    return undefined;
  }
  if (update.disableRollback) await events.stack(stackId, 'UPDATE_FAILED', { reason: outcome.reason });
  else {
    await events.stack(stackId, 'UPDATE_ROLLBACK_IN_PROGRESS', { reason: outcome.reason });
    await rollBack(work, outcome.treated);
  }
  return outcome.reason;
}

/**
 * Deletes every resource of a stack that stands in DELETE_IN_PROGRESS, but for `retained` ones.
 * @returns why it failed
 */
export async function runDeletion(work: StackWork, retained: readonly string[]): Promise<string | undefined> {
  const stack = stackOf(work);
  const used = stack.outputs.flatMap(({ exportName }) =>
    exportName === undefined ? [] : importersOf(exportName, work.stacks, stack).map((user) => ({ exportName, user })),
  )[0];
  if (used) {
    const reason = `Export ${used.exportName} cannot be deleted as it is in use by ${used.user}`;
    await work.events.stack(work.stackId, 'DELETE_FAILED', { reason });
    return reason;
  }
  return deleteEverything(work, { complete: 'DELETE_COMPLETE', failed: 'DELETE_FAILED', rollback: false, retained });
}

/** Takes a creation back, or leaves it, as was asked for. */
export async function takeCreationBack(work: StackWork, onFailure: OnFailure, reason: string): Promise<void> {
  const { events, stackId } = work;
  if (onFailure === 'DO_NOTHING') {
    await events.stack(stackId, 'CREATE_FAILED', { reason });
  } else if (onFailure === 'DELETE') {
    await events.stack(stackId, 'DELETE_IN_PROGRESS', { reason: `${reason} Delete requested by user.` });
    await deleteEverything(work, { complete: 'DELETE_COMPLETE', failed: 'DELETE_FAILED', rollback: true });
  } else {
    await events.stack(stackId, 'ROLLBACK_IN_PROGRESS', { reason: `${reason} Rollback requested by user.` });
    await deleteEverything(work, { complete: 'ROLLBACK_COMPLETE', failed: 'ROLLBACK_FAILED', rollback: true });
  }
}

/** Brings a stack whose update was broken off back to the blueprint of before, as it stands in its row. */
export async function restoreStack(work: StackWork, blueprint: Blueprint, reason: string): Promise<void> {
  const { events, stackId } = work;
  await events.stack(stackId, 'UPDATE_ROLLBACK_IN_PROGRESS', { reason });
  const outcome = await treatAll(work, blueprint, 'update');
  if (outcome.kind === 'failed') {
    await events.stack(stackId, 'UPDATE_ROLLBACK_FAILED', { reason: outcome.reason });
    return;
  }
  await events.stack(stackId, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', { with: outcome.members });
  await cleanUp(work, blueprint, 'UPDATE_ROLLBACK_COMPLETE');
}

/** Removes what a stack has beside its blueprint. */
export async function cleanUp(
  work: StackWork,
  blueprint: Blueprint,
  complete: 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE',
): Promise<void> {
  await removeFormer(work, removedBy(blueprint, stackOf(work)));
  await dropResources(work, (record) => Object.hasOwn(blueprint.resources, record.logicalId));
  await work.events.stack(work.stackId, complete);
}

async function treatAll(work: StackWork, blueprint: Blueprint, verb: 'create' | 'update'): Promise<Outcome> {
  const imports = new Set<string>();
  const scope = deploymentScope(work, blueprint, imports);
  const treated: Treated[] = [];
  const unsupported = unsupportedAttribute(blueprint);
  if (unsupported !== undefined) return { kind: 'failed', treated, reason: unsupported };
  for (const wave of blueprint.waves) {
    const planned = wave.flatMap((logicalId) => ownEntry(blueprint.resources, logicalId) ?? []);
    const results = await Promise.all(
      planned.map(async (resource) => ({
        logicalId: resource.logicalId,
        ...(await treatResource(work, resource, scope)),
      })),
    );
    treated.push(...results);
    const failed = results.filter(({ done }) => !done);
    if (failed.length > 0) {
      const names = failed.map(({ logicalId }) => logicalId).join(', ');
      return { kind: 'failed', treated, reason: `The following resource(s) failed to ${verb}: [${names}].` };
    }
  }
  try {
    const outputs = resolveOutputs(blueprint, scope, stackOf(work).resources);
    checkExports(stackOf(work), outputs, work.stacks);
    return { kind: 'done', treated, members: { outputs, imports: [...imports] } };
  } catch (error) {
    return { kind: 'failed', treated, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** What was replaced: whether it stays is for the update replace policy of the new template to say. */
function replacedIn(treated: readonly Treated[], { resources }: Blueprint): ResourceRecord[] {
  return treated.flatMap(({ logicalId, treatment }) => {
    const isReplaced = treatment.kind === 'replaced' || (treatment.kind === 'updated' && treatment.successor);
    if (!isReplaced) return [];
    const deletionPolicy = ownEntry(resources, logicalId)?.updateReplacePolicy ?? treatment.before.updateReplacePolicy;
    return [{ ...treatment.before, deletionPolicy }];
  });
}

function removedBy(blueprint: Blueprint, stack: StackRecord): ResourceRecord[] {
  return Object.values(stack.resources).filter(({ logicalId }) => !Object.hasOwn(blueprint.resources, logicalId));
}

// Backwards: those that were updated get their old properties again, while what was created or replaced for them still
// stands.
async function rollBack(work: StackWork, treated: readonly Treated[]): Promise<void> {
  const { events, stackId, platform } = work;
  const surplus: ResourceRecord[] = [];
  let restored = true;
  for (const { logicalId, treatment } of treated.toReversed()) {
    const current = ownEntry(stackOf(work).resources, logicalId);
    if (treatment.kind === 'updated') {
      const made = await restoreResource(work, treatment.before);
      restored &&= made !== undefined;
      if (made) surplus.push(...othersThan(made, treatment));
    } else if (treatment.kind === 'created' && current) surplus.push(current);
    else if (treatment.kind === 'failed' && current?.made) surplus.push({ ...current, deletionPolicy: 'Delete' });
    else if (treatment.kind === 'replaced' || treatment.kind === 'untouched') {
      if (treatment.kind === 'replaced' && current) surplus.push({ ...current, deletionPolicy: 'Delete' });
      await events.resource(stackId, {
        ...treatment.before,
        status: 'UPDATE_COMPLETE',
        updatedAt: platform.clock.now(),
      });
    }
  }
  if (!restored) {
    await events.stack(stackId, 'UPDATE_ROLLBACK_FAILED', { reason: 'A resource could not be brought back.' });
    return;
  }
  await events.stack(stackId, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  await removeFormer(
    work,
    surplus.map((record) => ({ ...record, deletionPolicy: onRollback(record.deletionPolicy) })),
  );
  const fresh = treated.filter(({ treatment }) => treatment.kind === 'created' || treatment.kind === 'failed');
  await dropResources(work, (record) => !fresh.some(({ logicalId }) => logicalId === record.logicalId));
  await events.stack(stackId, 'UPDATE_ROLLBACK_COMPLETE');
}

/** What stood in the place of a resource before and after an update that was taken back, and now no longer does. */
function othersThan(
  { physicalId }: Made,
  { before, successor }: Extract<Treatment, { readonly kind: 'updated' }>,
): ResourceRecord[] {
  if (!successor) return [];
  return [before.made, successor].flatMap((made) =>
    made && made.physicalId !== physicalId ? [{ ...before, made, deletionPolicy: 'Delete' }] : [],
  );
}

/** What the stack no longer has; a failure to delete it does not stop anything, as on AWS. */
async function removeFormer(work: StackWork, records: readonly ResourceRecord[]): Promise<void> {
  const tell = (record: ResourceRecord) => work.events.formerResource(work.stackId, record);
  for (const record of inDeletionOrder(records).flat()) {
    if (keeps(record.deletionPolicy)) await tell({ ...record, status: 'DELETE_SKIPPED' });
    else await removeResource(work, record, tell);
  }
}

/** @returns why something could not be deleted */
async function deleteEverything(
  work: StackWork,
  course: {
    readonly complete: 'DELETE_COMPLETE' | 'ROLLBACK_COMPLETE';
    readonly failed: 'DELETE_FAILED' | 'ROLLBACK_FAILED';
    /** A creation is taken back: what was made for it goes, unless it is to be retained at any rate. */
    readonly rollback: boolean;
    readonly retained?: readonly string[];
  },
): Promise<string | undefined> {
  const { events, stackId, platform } = work;
  const failed: string[] = [];
  const tell = (record: ResourceRecord) => events.resource(stackId, record);
  for (const wave of inDeletionOrder(Object.values(stackOf(work).resources))) {
    const results = await Promise.all(
      wave.map(async (record) => {
        const policy = course.rollback ? onRollback(record.deletionPolicy) : record.deletionPolicy;
        if (record.status === 'DELETE_COMPLETE') return true;
        if (keeps(policy) || course.retained?.includes(record.logicalId)) {
          await tell({ ...record, status: 'DELETE_SKIPPED' });
          return true;
        }
        return removeResource(work, record, tell);
      }),
    );
    failed.push(...wave.filter((_, index) => !results[index]).map(({ logicalId }) => logicalId));
  }
  if (failed.length > 0) {
    const reason = `The following resource(s) failed to delete: [${failed.join(', ')}]. `;
    await events.stack(stackId, course.failed, { reason });
    return reason;
  }
  const deleted = course.complete === 'DELETE_COMPLETE' && { with: { deletedAt: platform.clock.now() } };
  await events.stack(stackId, course.complete, deleted || {});
  return undefined;
}

function keeps(policy: string): boolean {
  return policy === 'Retain' || policy === 'RetainExceptOnCreate';
}

function onRollback(policy: string): string {
  return policy === 'RetainExceptOnCreate' ? 'Delete' : policy;
}

function inDeletionOrder(records: readonly ResourceRecord[]): ResourceRecord[][] {
  const byId = new Map(records.map((record) => [record.logicalId, record]));
  const graph = new Map(
    records.map((record) => [record.logicalId, new Set(record.needs.filter((needed) => byId.has(needed)))]),
  );
  return creationWaves(graph)
    .toReversed()
    .map((wave) => wave.flatMap((logicalId) => byId.get(logicalId) ?? []));
}

/** Takes resources out of the stack's row. */
export async function dropResources(work: StackWork, stays: (record: ResourceRecord) => boolean): Promise<void> {
  await work.stacks.change(work.stackId, (stack) => ({
    ...stack,
    resources: Object.fromEntries(Object.entries(stack.resources).filter(([, record]) => stays(record))),
  }));
}
