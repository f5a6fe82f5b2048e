// What an update would do, foreseen: for change sets, and to know that nothing would change. Values that only exist
// afterwards (of resources still to be made or made anew), and whatever cannot be evaluated without them, are foreseen
// as changed.
import type {
  Change,
  ResourceChange,
  ResourceChangeDetail,
} from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import { referencesIn } from '@earwitness/protocol/internal/template/graph';
import { HIDDEN_VALUE } from '@earwitness/protocol/internal/template/parameter';
import { refusal } from '@earwitness/protocol/internal/template/problem';
import { resolveValue, type Scope } from '@earwitness/protocol/internal/template/resolve';
import { sameValue, type Value } from '@earwitness/protocol/internal/template/value';
import { ownEntry } from '../../own-entry.ts';
import type { Properties } from '../../resources/resource.ts';
import type { Blueprint, PlannedResource } from './blueprint/blueprint.ts';
import { changedProperties, mayHaveChanged, needsReplacement } from './deployment/resource-work.ts';
import { attributeOf } from './deployment/scope.ts';
import { listExports, resolveOutputs } from './output.ts';
import type { OutputRecord, ResourceRecord, StackRecord, StackStore } from './stack.ts';

const UNKNOWN_YET = '{{changeSet:KNOWN_AFTER_APPLY}}';

export interface Foreseen {
  readonly changes: readonly Change[];
  /** Nothing at all would change: resources, outputs and tags stay. */
  readonly nothing: boolean;
  readonly outputsStay: boolean;
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
  const foreseeing: Foreseeing = {
    scope,
    fresh,
    changedParameters: changedParameters(blueprint, stack),
    secrets: [
      ...[...blueprint.parameters, ...stack.parameters].filter(({ noEcho }) => noEcho).map(({ text }) => text),
      ...Object.values(stack.resources).flatMap(({ made }) => (made?.noEcho ? Object.values(made.attributes) : [])),
    ],
  };
  for (const logicalId of blueprint.waves.flat()) {
    const planned = ownEntry(blueprint.resources, logicalId);
    if (!planned) continue;
    const change = changeOf(planned, ownEntry(stack.resources, logicalId), foreseeing);
    if (change?.Action === 'Add' || change?.Replacement === 'True') fresh.add(logicalId);
    if (change) changes.push(change);
  }
  for (const record of Object.values(stack.resources)) {
    if (!Object.hasOwn(blueprint.resources, record.logicalId)) changes.push(removalOf(record, foreseeing));
  }
  const outputsStay = sameValue(foreseeOutputs(blueprint, scope, stack), stack.outputs);
  const sameTags = sameValue(stack.tags, options.tags);
  return {
    changes: changes.map((ResourceChange) => ({ Type: 'Resource', ResourceChange })),
    nothing: changes.length === 0 && sameTags && outputsStay,
    outputsStay,
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
    attribute(logicalId, name) {
      const record = fresh.has(logicalId) ? undefined : ownEntry(stack.resources, logicalId);
      return (record && attributeOf(record, name)) ?? UNKNOWN_YET;
    },
    imported: (name) => listExports(stacks, stack).find((item) => item.name === name)?.value ?? UNKNOWN_YET,
  };
}

interface Foreseeing {
  readonly scope: Scope;
  /** Resources that will be new. */
  readonly fresh: ReadonlySet<string>;
  readonly changedParameters: ReadonlySet<string>;
  /** Values of NoEcho parameters and custom resources, which a change set does not show. */
  readonly secrets: readonly string[];
}

function changedParameters(blueprint: Blueprint, stack: StackRecord): Set<string> {
  const before = new Map(stack.parameters.map((parameter) => [parameter.key, parameter]));
  const changed = blueprint.parameters.filter(({ key, text, stored }) => {
    const old = before.get(key);
    return old !== undefined && (old.text !== text || old.stored !== stored);
  });
  return new Set(changed.map(({ key }) => key));
}

function changeOf(
  planned: PlannedResource,
  before: ResourceRecord | undefined,
  foreseeing: Foreseeing,
): ResourceChange | undefined {
  const named = { LogicalResourceId: planned.logicalId, ResourceType: planned.type.type };
  const wanted = foreseeProperties(planned, foreseeing.scope);
  const AfterContext = contextText(wanted, foreseeing);
  if (!before?.made) return { Action: 'Add', ...named, Scope: [], Details: [], AfterContext };
  const names = changedProperties(before.properties, wanted);
  const attributes = [
    ...(before.metadata === planned.metadata ? [] : (['Metadata'] as const)),
    ...(before.deletionPolicy === planned.deletionPolicy ? [] : (['DeletionPolicy'] as const)),
    ...(before.updateReplacePolicy === planned.updateReplacePolicy ? [] : (['UpdateReplacePolicy'] as const)),
  ];
  const isAutomatic = names.length === 0 && mayHaveChanged(planned, before);
  if (names.length === 0 && attributes.length === 0 && !isAutomatic) return undefined;
  const replaced = names.length > 0 && needsReplacement(planned, before, wanted);
  return {
    Action: 'Modify',
    ...named,
    PhysicalResourceId: before.made.physicalId,
    ...(replaced && { PolicyAction: policyAction('ReplaceAnd', planned.updateReplacePolicy) }),
    Replacement: replaced ? 'True' : 'False',
    Scope: [...(names.length > 0 || isAutomatic ? (['Properties'] as const) : []), ...attributes],
    Details: isAutomatic
      ? [AUTOMATIC]
      : names.flatMap((name) => detailsOf(name, planned, { before: before.properties, after: wanted, foreseeing })),
    BeforeContext: contextText(before.properties, foreseeing),
    AfterContext,
  };
}

/**
 * A nested stack whose properties are the same: its template may have changed. Source: CloudFormation API reference,
 * ResourceChangeDetail, ChangeSource.
 */
const AUTOMATIC: ResourceChangeDetail = {
  Target: { Attribute: 'Properties', RequiresRecreation: 'Never' },
  Evaluation: 'Dynamic',
  ChangeSource: 'Automatic',
};

function policyAction<Before extends '' | 'ReplaceAnd'>(before: Before, policy: string) {
  return `${before}${policy === 'Delete' ? 'Delete' : 'Retain'}` as const;
}

// A change that comes from elsewhere is told twice: as a modification that is dynamic, and with what caused it. Source:
// recorded on AWS, LocalStack cloudformation test_change_sets (test_parameter_changes), test_change_set_ref and
// …_fn_get_attr.
function detailsOf(
  name: string,
  planned: PlannedResource,
  change: { readonly before: Properties; readonly after: Properties; readonly foreseeing: Foreseeing },
): ResourceChangeDetail[] {
  const { foreseeing } = change;
  const [before, after] = [ownEntry(change.before, name), ownEntry(change.after, name)].map((value) =>
    value === undefined ? undefined : valueText(value, foreseeing),
  );
  const Target: ResourceChangeDetail['Target'] = {
    Attribute: 'Properties',
    Name: name,
    RequiresRecreation: ownEntry(planned.schema?.properties, name)?.requiresRecreation ?? 'Never',
    Path: `/Properties/${name}`,
    ...(before !== undefined && { BeforeValue: before }),
    ...(after !== undefined && { AfterValue: after }),
    AttributeChangeType: before === undefined ? 'Add' : after === undefined ? 'Remove' : 'Modify',
  };
  const causes = causesOf(planned.properties[name] ?? null, foreseeing);
  return [
    { Target, Evaluation: causes.length > 0 ? 'Dynamic' : 'Static', ChangeSource: 'DirectModification' },
    ...causes.map((cause) => ({ Target, Evaluation: 'Static' as const, ...cause })),
  ];
}

type Cause = Pick<ResourceChangeDetail, 'ChangeSource' | 'CausingEntity'>;

function causesOf(value: Value, { changedParameters: changed, fresh }: Foreseeing): Cause[] {
  const causes = referencesIn(value).flatMap(({ name, attribute }): (Cause & { CausingEntity: string })[] => {
    if (changed.has(name)) return [{ ChangeSource: 'ParameterReference', CausingEntity: name }];
    if (!fresh.has(name)) return [];
    if (attribute === undefined) return [{ ChangeSource: 'ResourceReference', CausingEntity: name }];
    return [{ ChangeSource: 'ResourceAttribute', CausingEntity: `${name}.${attribute}` }];
  });
  return [...new Map(causes.map((cause) => [cause.CausingEntity, cause])).values()];
}

function contextText(properties: Properties, foreseeing: Foreseeing): string {
  return JSON.stringify({ Properties: hide(properties, foreseeing) });
}

function valueText(value: unknown, foreseeing: Foreseeing): string {
  const shown = hide(value, foreseeing);
  return typeof shown === 'string' ? shown : JSON.stringify(shown);
}

function hide(value: unknown, { secrets }: Foreseeing): unknown {
  const text: unknown = JSON.parse(
    JSON.stringify(value, (_key, member: unknown) => (typeof member === 'string' ? hideIn(member, secrets) : member)),
  );
  return text;
}

function hideIn(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => (secret === '' ? shown : shown.replaceAll(secret, HIDDEN_VALUE)), text);
}

/**
 * Changes as they are shown when nobody asks for values: without them, and without the modification that a change of
 * another resource causes.
 */
export function withoutValues(changes: readonly Change[]): Change[] {
  return changes.map(({ ResourceChange: change = {}, ...rest }) => {
    const { BeforeContext: _, AfterContext: __, Details = [], ...shown } = change;
    const caused = (name: string | undefined) =>
      Details.some(({ ChangeSource, Target }) => Target?.Name === name && ChangeSource?.startsWith('Resource'));
    const told = Details.filter(({ Evaluation, Target }) => Evaluation !== 'Dynamic' || !caused(Target?.Name));
    return { ...rest, ResourceChange: { ...shown, Details: told.map(withoutValue) } };
  });
}

function withoutValue({ Target = {}, ...detail }: ResourceChangeDetail): ResourceChangeDetail {
  const { BeforeValue: _, AfterValue: __, Path: ___, AttributeChangeType: ____, ...shown } = Target;
  return { ...detail, Target: shown };
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

function foreseeOutputs(
  blueprint: Blueprint,
  scope: Scope,
  { resources }: StackRecord,
): readonly OutputRecord[] | undefined {
  try {
    return resolveOutputs(blueprint, scope, resources);
  } catch {
    return undefined;
  }
}

function removalOf(record: ResourceRecord, foreseeing: Foreseeing): ResourceChange {
  return {
    PolicyAction: policyAction('', record.deletionPolicy),
    BeforeContext: contextText(record.properties, foreseeing),
    Action: 'Remove',
    LogicalResourceId: record.logicalId,
    ...(record.made && { PhysicalResourceId: record.made.physicalId }),
    ResourceType: record.type,
    Scope: [],
    Details: [],
  };
}
