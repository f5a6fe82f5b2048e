// One resource of a stack, made, changed or removed by its type, with the events that CloudFormation writes for it. A
// refusal by the resource's service is an outcome here (`false`), and the reason is in the stack's events.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { asAttributeValue } from '@earwitness/protocol/internal/stand-in/list-attribute';
import { HIDDEN_VALUE } from '@earwitness/protocol/internal/template/parameter';
import { refusal } from '@earwitness/protocol/internal/template/problem';
import { resolveValue, type Scope } from '@earwitness/protocol/internal/template/resolve';
import { isList, isMap, sameValue, scalarText, type Value } from '@earwitness/protocol/internal/template/value';
import type { Call } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import type { Platform } from '../../../platform.ts';
import type { Made, Properties, ResourcePlace } from '../../../resources/resource.ts';
import type { Blueprint, PlannedResource } from '../blueprint/blueprint.ts';
import { listExports } from '../output.ts';
import { resourceTypeOf } from '../resource-type.ts';
import type { ResourceRecord, StackRecord, StackStore } from '../stack.ts';
import type { StackEvents } from '../stack-event.ts';
import { createResource, inTurn } from './creation.ts';
import { readDynamicReferences } from './dynamic-reference.ts';
import type { Turns } from './turns.ts';

/** What work on one stack stands on. */
export interface StackWork {
  readonly platform: Platform;
  readonly stacks: StackStore;
  readonly events: StackEvents;
  readonly turns: Turns;
  /** The stack's id. */
  readonly stackId: string;
  readonly call: Call;
  readonly signal: AbortSignal;
  /** Values of NoEcho parameters: reasons do not repeat them. */
  readonly secrets: readonly string[];
}

export function stackOf({ stacks, stackId, call }: StackWork): StackRecord {
  return stacks.get(stackId, call);
}

/** The blueprint's scope, where resources of the stack answer too. Names of used exports are added to `imports`. */
export function deploymentScope(work: StackWork, blueprint: Blueprint, imports: Set<string>): Scope {
  const recordOf = (logicalId: string) => {
    const record = ownEntry(stackOf(work).resources, logicalId);
    return Object.hasOwn(blueprint.resources, logicalId) && record?.made ? record : undefined;
  };
  return {
    ...blueprint.scope,
    reference: (logicalId) => recordOf(logicalId)?.made?.physicalId,
    attribute(logicalId, name, line) {
      const record = recordOf(logicalId);
      const place = contextOf(work, logicalId);
      const value = record && (attributeOf(record, name) ?? work.platform.standIns.attribute(record.type, name, place));
      if (value !== undefined) return value;
      throw refusal(
        `Template error: resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`,
        line,
      );
    },
    imported(name, line) {
      const found = listExports(work.stacks, work.call).find((item) => item.name === name);
      if (!found) throw refusal(`No export named ${name} found.`, line);
      imports.add(name);
      return found.value;
    },
  };
}

/**
 * What `Fn::GetAtt` returns: an attribute that the type names, or a property of the template. Source: recorded on AWS,
 * LocalStack cloudformation test_change_set_fn_get_attr (`Topic1.DisplayName`).
 */
export function attributeOf({ made, properties, type }: ResourceRecord, name: string): Value | undefined {
  const attribute = ownEntry(made?.attributes ?? {}, name);
  if (attribute !== undefined) return asAttributeValue(type, name, attribute);
  let value: unknown = properties;
  for (const part of name.split('.')) value = isMap(value) ? ownEntry(value, part) : undefined;
  return isList(value) ? value : scalarText(value as Value | undefined);
}

/** How one resource was treated; what is needed to take it back. */
export type Treatment =
  /** `failed`: its creation was refused, nothing of it exists. */
  | { readonly kind: 'kept' | 'created' | 'failed' }
  /** `untouched`: the change was refused before the resource knew of it. */
  | { readonly kind: 'updated' | 'replaced' | 'untouched'; readonly before: ResourceRecord };

/**
 * Makes a planned resource, or brings the existing one to what was planned. A failed update can be taken back as a done
 * one.
 */
export async function treatResource(
  work: StackWork,
  planned: PlannedResource,
  scope: Scope,
): Promise<{ readonly treatment: Treatment; readonly done: boolean }> {
  const before = ownEntry(stackOf(work).resources, planned.logicalId);
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
  try {
    work.signal.throwIfAborted();
    const resolved = resolveValue(planned.properties, scope, planned.line);
    const wanted: Properties = isMap(resolved) ? resolved : {};
    if (!before?.made) {
      properties = wanted;
      await tell('CREATE_IN_PROGRESS', undefined);
      await create({ work, planned, wanted, made: (made) => tell('CREATE_COMPLETE', made) });
      return { treatment: { kind: 'created' }, done: true };
    }
    if (before.type === record.type && sameValue(before.properties, wanted)) {
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
    return { treatment: await changeResource({ work, planned, before, wanted, tell, touch }), done: true };
  } catch (error) {
    await tell(`${verb}_FAILED`, before?.made, reasonOf(error, work, planned));
    if (!before?.made) return { treatment: { kind: 'failed' }, done: false };
    return { treatment: { kind: touched ? 'updated' : 'untouched', before }, done: false };
  }
}

async function changeResource(options: {
  readonly work: StackWork;
  readonly planned: PlannedResource;
  readonly before: ResourceRecord;
  readonly wanted: Properties;
  tell(status: ResourceRecord['status'], made: Made | undefined, reason?: string): Promise<void>;
  /** Called when the resource itself begins to change. */
  touch(): void;
}): Promise<Treatment> {
  const { work, planned, before, wanted, tell, touch } = options;
  if (before.made && planned.type.update && !needsReplacement(planned, before, wanted)) {
    await tell('UPDATE_IN_PROGRESS', before.made);
    const made = await update({ work, record: { ...before, made: before.made }, wanted, touch });
    await tell('UPDATE_COMPLETE', made);
    return { kind: 'updated', before };
  }
  const reason = 'Requested update requires the creation of a new physical resource; hence creating one.';
  await tell('UPDATE_IN_PROGRESS', before.made, reason);
  await create({ work, planned, wanted, made: (made) => tell('UPDATE_COMPLETE', made) });
  return { kind: 'replaced', before };
}

/** `made` is told inside the turn: whoever comes next finds the resource in the stack's row. */
function create(options: {
  readonly work: StackWork;
  readonly planned: PlannedResource;
  readonly wanted: Properties;
  made(made: Made): Promise<void>;
}): Promise<void> {
  const { work, planned, wanted, made } = options;
  const at = { type: planned.type, place: contextOf(work, planned.logicalId) };
  return inTurn(work, at, async () => made(await createResource(work, at, await live(wanted, work))));
}

/** Changes what a record says exists to the wanted properties. */
async function update(options: {
  readonly work: StackWork;
  readonly record: ResourceRecord & { readonly made: Made };
  readonly wanted: Properties;
  /** Called when the resource itself begins to change. */
  touch(): void;
}): Promise<Made> {
  const { work, record, wanted, touch } = options;
  const type = resourceTypeOf(work.platform, record.type, 'made');
  if (!type?.update) throw new Error(`${record.type} cannot be updated in place`);
  const { update } = type;
  const place = contextOf(work, record.logicalId);
  const [properties, previous] = [await live(wanted, work), await live(record.properties, work)];
  return inTurn(work, { type, place }, () => {
    touch();
    return update(record.made, properties, { ...place, previous });
  });
}

/** Whether a change of these properties makes a new resource. */
export function needsReplacement(planned: PlannedResource, before: ResourceRecord, wanted: Properties): boolean {
  if (before.type !== planned.type.type || !planned.type.update) return true;
  return changedProperties(before.properties, wanted).some(
    (name) => ownEntry(planned.schema?.properties, name)?.requiresRecreation === 'Always',
  );
}

/** Names of top-level properties that differ. */
export function changedProperties(before: Properties, after: Properties): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => !sameValue(ownEntry(before, name), ownEntry(after, name)));
}

/** Brings an updated resource back to what it was. */
export async function restoreResource(work: StackWork, before: ResourceRecord): Promise<boolean> {
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
    const made = await update({ work, record: now, wanted: before.properties, touch: () => {} });
    await tell('UPDATE_COMPLETE', { made });
    return true;
  } catch (error) {
    await tell('UPDATE_FAILED', { statusReason: reasonOf(error, work, { logicalId: before.logicalId }) });
    return false;
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
    const type = resourceTypeOf(work.platform, record.type, 'made');
    const place = contextOf(work, record.logicalId);
    await inTurn(work, { type, place }, async () => type?.delete(made, { ...place, properties: record.properties }));
    await tell({ ...rest, made, status: 'DELETE_COMPLETE', updatedAt: now() });
    return true;
  } catch (error) {
    const statusReason = reasonOf(error, work, { logicalId: record.logicalId });
    await tell({ ...rest, made, status: 'DELETE_FAILED', statusReason, updatedAt: now() });
    return false;
  }
}

async function live(properties: Properties, { platform, call }: StackWork): Promise<Properties> {
  // What was resolved is JSON; Properties only says so less exactly.
  const read = await readDynamicReferences(properties as Value, { ...platform, call });
  return isMap(read) ? read : {};
}

function contextOf(work: StackWork, logicalId: string): ResourcePlace {
  const { platform, call } = work;
  const stackName = stackOf(work).name;
  return {
    call,
    dispatch: platform.dispatch,
    standIns: platform.standIns,
    stackName,
    logicalId,
    generateName({ maxLength = 255 } = {}) {
      const suffix = platform.ids.word(12).toUpperCase();
      const head = `${stackName}-${logicalId}`.slice(0, maxLength - suffix.length - 1);
      return `${head}-${suffix}`;
    },
  };
}

function reasonOf(
  error: unknown,
  { platform, signal, secrets }: StackWork,
  { logicalId, line }: { readonly logicalId: string; readonly line?: number },
): string {
  if (signal.aborted) return 'Resource creation cancelled';
  const hide = (text: string) => secrets.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN_VALUE), text);
  const place = line === undefined ? '' : ` (resource ${logicalId}, line ${line})`;
  if (error instanceof ServiceError) {
    const message = hide(error.message);
    if (error.code === 'ValidationError') return /\(line \d+\)$/.test(message) ? message : `${message}${place}`;
    return `Resource handler returned message: "${message}" (HandlerErrorCode: ${error.code})${place}`;
  }
  return `Internal Failure: ${platform.journal.fault(`resource ${logicalId}`, error, hide)}${place}`;
}
