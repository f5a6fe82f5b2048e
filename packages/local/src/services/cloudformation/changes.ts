// What an update would do, foreseen: for change sets, and to know that nothing would change. Values that only exist afterwards
// (of resources still to be made or made anew), and whatever cannot be evaluated without them, are foreseen as changed.
import type { Change, ResourceChange } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import { refusal } from '@earwitness/protocol/internal/template/problem';
import { resolveValue, type Scope } from '@earwitness/protocol/internal/template/resolve';
import { sameValue } from '@earwitness/protocol/internal/template/value';
import { ownEntry } from '../../own-entry.ts';
import type { Properties } from '../../resources/resource.ts';
import type { Blueprint, PlannedResource } from './blueprint/blueprint.ts';
import { changedProperties, needsReplacement } from './deployment/resource-work.ts';
import { listExports, resolveOutputs } from './output.ts';
import type { OutputRecord, ResourceRecord, StackRecord, StackStore } from './stack.ts';

const UNKNOWN_YET = '{{changeset:KNOWN_AFTER_APPLY}}';

export interface Foreseen {
  readonly changes: readonly Change[];
  /** Nothing at all would change: resources, outputs and tags stay. */
  readonly nothing: boolean;
}

/** @throws ServiceError `ValidationError` when a resource would change its type. */
export function foresee(
  blueprint: Blueprint,
  stack: StackRecord,
  options: { readonly stacks: StackStore; readonly tags: StackRecord['tags'] },
): Foreseen {
  refuseTypeChanges(blueprint, stack);
  const fresh = new Set<string>();
  const scope = foreseeingScope({ blueprint, stack, stacks: options.stacks, fresh });
  const changes: ResourceChange[] = [];
  for (const logicalId of blueprint.waves.flat()) {
    const planned = ownEntry(blueprint.resources, logicalId);
    if (!planned) continue;
    const change = changeOf(planned, ownEntry(stack.resources, logicalId), scope);
    if (change?.Action === 'Add' || change?.Replacement === 'True') fresh.add(logicalId);
    if (change) changes.push(change);
  }
  for (const record of Object.values(stack.resources)) {
    if (!Object.hasOwn(blueprint.resources, record.logicalId)) changes.push(removalOf(record));
  }
  const outputs = foreseeOutputs(blueprint, scope);
  const sameTags = sameValue(stack.tags, options.tags);
  return {
    changes: changes.map((ResourceChange) => ({ Type: 'Resource', ResourceChange })),
    nothing: changes.length === 0 && sameTags && sameValue(outputs, stack.outputs),
  };
}

function refuseTypeChanges(blueprint: Blueprint, stack: StackRecord): void {
  const changed = Object.values(blueprint.resources).filter(({ logicalId, type }) => {
    const before = ownEntry(stack.resources, logicalId);
    return before?.made !== undefined && before.type !== type.type;
  });
  if (changed.length === 0) return;
  const names = changed.map(({ logicalId }) => logicalId).join(', ');
  throw refusal(
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${names}]`,
    changed[0]?.line,
  );
}

function foreseeingScope(options: {
  readonly blueprint: Blueprint;
  readonly stack: StackRecord;
  readonly stacks: StackStore;
  /** Resources that will be new. */
  readonly fresh: ReadonlySet<string>;
}): Scope {
  const { blueprint, stack, stacks, fresh } = options;
  const madeOf = (logicalId: string) => (fresh.has(logicalId) ? undefined : ownEntry(stack.resources, logicalId)?.made);
  return {
    ...blueprint.scope,
    reference(logicalId) {
      if (!Object.hasOwn(blueprint.resources, logicalId)) return undefined;
      return madeOf(logicalId)?.physicalId ?? UNKNOWN_YET;
    },
    attribute: (logicalId, name) => ownEntry(madeOf(logicalId)?.attributes, name) ?? UNKNOWN_YET,
    imported: (name) => listExports(stacks, stack).find((item) => item.name === name)?.value ?? UNKNOWN_YET,
  };
}

function changeOf(
  planned: PlannedResource,
  before: ResourceRecord | undefined,
  scope: Scope,
): ResourceChange | undefined {
  const named = { LogicalResourceId: planned.logicalId, ResourceType: planned.type.type };
  if (!before?.made) return { Action: 'Add', ...named, Scope: [], Details: [] };
  const wanted = foreseeProperties(planned, scope);
  const names = changedProperties(before.properties, wanted);
  const attributes = [
    ...(before.metadata === planned.metadata ? [] : (['Metadata'] as const)),
    ...(before.deletionPolicy === planned.deletionPolicy ? [] : (['DeletionPolicy'] as const)),
    ...(before.updateReplacePolicy === planned.updateReplacePolicy ? [] : (['UpdateReplacePolicy'] as const)),
  ];
  if (names.length === 0 && attributes.length === 0) return undefined;
  const replaced = names.length > 0 && needsReplacement(planned, before, wanted);
  return {
    Action: 'Modify',
    ...named,
    PhysicalResourceId: before.made.physicalId,
    Replacement: replaced ? 'True' : 'False',
    Scope: [...(names.length > 0 ? (['Properties'] as const) : []), ...attributes],
    Details: names.map((Name) => ({
      Target: {
        Attribute: 'Properties',
        Name,
        RequiresRecreation: ownEntry(planned.schema?.properties, Name)?.requiresRecreation ?? 'Never',
      },
      Evaluation: 'Static',
      ChangeSource: 'DirectModification',
    })),
  };
}

function foreseeProperties(planned: PlannedResource, scope: Scope): Properties {
  const members = Object.entries(planned.properties).map(([name, value]) => {
    try {
      return [name, resolveValue(value, scope, planned.line)] as const;
    } catch {
      return [name, UNKNOWN_YET] as const;
    }
  });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function foreseeOutputs(blueprint: Blueprint, scope: Scope): readonly OutputRecord[] | undefined {
  try {
    return resolveOutputs(blueprint, scope);
  } catch {
    return undefined;
  }
}

function removalOf(record: ResourceRecord): ResourceChange {
  return {
    PolicyAction: record.deletionPolicy === 'Delete' ? 'Delete' : 'Retain',
    Action: 'Remove',
    LogicalResourceId: record.logicalId,
    ...(record.made && { PhysicalResourceId: record.made.physicalId }),
    ResourceType: record.type,
    Scope: [],
    Details: [],
  };
}
