// Asks the services what they know of each resource beforehand, with its properties resolved as far as they are known.
import { namesIn } from '@earwitness/protocol/internal/template/graph';
import { problemsOf } from '@earwitness/protocol/internal/template/problem';
import { resolveMember, type Scope } from '@earwitness/protocol/internal/template/resolve';
import type { Source } from '@earwitness/protocol/internal/template/source';
import {
  asIntrinsic,
  isContainer,
  isList,
  isMap,
  plainText,
  type Value,
  type ValueMap,
} from '@earwitness/protocol/internal/template/value';
import type { AssessmentOrder, Surroundings } from '../../../assessment/assessment.ts';
import type { Call } from '../../../call.ts';
import type { Finding, PropertyPath } from '../../../resources/finding.ts';
import type { Beside, Origin, Properties } from '../../../resources/resource.ts';
import { validationSentence, valueFaults } from '../../../resources/value-rules.ts';
import type { Blueprint, PlannedResource } from '../blueprint/blueprint.ts';
import { dynamicReferencesIn } from '../deployment/dynamic-reference.ts';
import type { Parts } from '../parts.ts';
import { findReferences, foreseeReferences } from './dynamic-references.ts';
import { findBuses } from './event-buses.ts';
import type { Findings } from './findings.ts';

interface Examining {
  readonly blueprint: Blueprint;
  readonly findings: Findings;
  readonly order: AssessmentOrder & Pick<Beside, 'assessed'>;
  readonly call: Call;
  /** Where resources answer as if they were made. */
  readonly scope: Scope;
}

/** @returns what the resources leave in the parameter store and as secrets */
export async function examineResources(
  parts: Parts,
  examining: Examining,
): Promise<Pick<Surroundings, 'stored' | 'secrets' | 'buses'>> {
  const { blueprint } = examining;
  const known = Object.values(blueprint.resources).map((resource) => ({
    resource,
    properties: resolveProperties(resource, examining),
  }));
  const stored: Record<string, string> = {};
  const secrets: string[] = [];
  const buses: string[] = [];
  for (const { resource, properties } of known) {
    const { Name: name, Value: value } = properties;
    if (resource.type.type === 'AWS::Events::EventBus') buses.push(...foreseenNames(resource, examining.scope));
    if (typeof name !== 'string') continue;
    if (resource.type.type === 'AWS::SSM::Parameter') stored[name] = typeof value === 'string' ? value : 'value';
    if (resource.type.type === 'AWS::SecretsManager::Secret') secrets.push(name);
    if (resource.type.type === 'AWS::Events::EventBus') buses.push(name);
  }
  const declared = (reference: string) => {
    const found = known.find(({ resource }) => examining.scope.reference(resource.logicalId) === reference);
    return found && { type: found.resource.type.type, properties: found.properties };
  };
  await Promise.all(known.map((one) => examineResource(parts, one, { ...examining, declared, stored })));
  // A reference to a resource of the template itself leads to what is made before.
  const own = known.map(({ resource }) => examining.scope.reference(resource.logicalId) ?? '');
  await findReferences(parts, known, { ...examining, stored, secrets, own });
  const rules = known.filter(
    ({ resource: { properties, type } }) =>
      type.type === 'AWS::Events::Rule' && !namesResource(properties['EventBusName'] ?? '', blueprint),
  );
  await findBuses(
    parts,
    rules.map(({ resource: { line }, properties }) => ({ properties, line })),
    { ...examining, buses },
  );
  return { stored, secrets, buses };
}

/** What outputs say of a bus until it is made: a rule of another stack then stands on a bus of this name. */
function foreseenNames({ logicalId }: PlannedResource, scope: Scope): string[] {
  return [scope.reference(logicalId), scope.attribute(logicalId, 'Name')].filter((name) => typeof name === 'string');
}

export interface Known {
  readonly resource: PlannedResource;
  readonly properties: Properties;
}

/** The properties, without those that cannot be resolved. What is wrong with these is told, when it is sure. */
function resolveProperties(
  { properties, line }: PlannedResource,
  { blueprint, findings, scope }: Examining,
): Properties {
  const resolved: [string, Value][] = [];
  for (const [name, value] of Object.entries(properties)) {
    try {
      const known = resolveMember(properties, name, { scope, line });
      if (known !== undefined) resolved.push([name, known]);
    } catch (error) {
      const problems = problemsOf(error);
      if (!dependsOnOthers(value, blueprint)) findings.values(problems);
    }
  }
  return blueprint.template.source.derive(Object.fromEntries(resolved), properties);
}

/** Whether a value is made of what is not known yet: its real parts may be of another form than the foreseen ones. */
export function dependsOnOthers(value: Value, blueprint: Blueprint): boolean {
  return isContainer(value) && (namesResource(value, blueprint) || importsSomething(value));
}

function namesResource(value: Value, { template }: Blueprint): boolean {
  return [...namesIn(value)].some((name) => Object.hasOwn(template.resources, name));
}

function importsSomething(value: Value): boolean {
  if (asIntrinsic(value)?.name === 'Fn::ImportValue') return true;
  return isContainer(value) && Object.values(value).some(importsSomething);
}

async function examineResource(
  parts: Parts,
  { resource, properties }: Known,
  examining: Examining & Pick<Beside, 'declared'> & { readonly stored: Readonly<Record<string, string>> },
): Promise<void> {
  const { platform } = parts;
  const { blueprint, call, declared, findings, order } = examining;
  const { logicalId, type } = resource;
  const generateName = ({ maxLength = 255 } = {}) => `${order.stackName}-${logicalId}`.slice(0, maxLength);
  const { stackName } = order;
  const place = {
    ...{ call, dispatch: platform.dispatch, stackName, logicalId, generateName },
    standIns: platform.standIns,
    directory: order.directory,
    assessed: order.assessed,
    ...(order.within && { within: order.within }),
    declared,
    comesFrom: (property: string) => originOf(resource, property, blueprint),
  };
  const foreseen = await foreseeReferences(parts, properties, examining);
  const examined = (await type.examine?.(foreseen, place)) ?? [];
  const own = ownValues({ resource, properties }, blueprint);
  // A value that is known only later says nothing yet; what an object lacks, it lacks.
  const faults = (await valueFaults(type.type, properties)).filter(
    ({ about, path: [property = ''] }) => about === 'member' || Object.hasOwn(own, property),
  );
  const checked = (await type.check?.(own)) ?? [];
  const told = new Set(
    [...examined, ...faults].flatMap((finding) => (finding.kind === 'refused' ? (finding.path[0] ?? []) : [])),
  );
  const invalid = faults.map((fault) => ({ ...fault, message: validationSentence(logicalId, [fault]) }));
  const further = checked.filter(({ path: [property = ''] }) => !told.has(property));
  for (const finding of [...invalid, ...examined, ...further]) {
    tell(finding, { properties, resource, source: blueprint.template.source, findings });
  }
}

function originOf({ files, properties }: PlannedResource, property: string, { template }: Blueprint): Origin {
  const file = files?.[property];
  if (file !== undefined) return { kind: 'file', file };
  return { kind: template.source.originOf(properties[property]) === undefined ? 'text' : 'members' };
}

/** Properties whose values are the real ones: nothing in them is known only later. */
function ownValues({ resource, properties }: Known, blueprint: Blueprint): Properties {
  const isOwn = ([name, value]: [string, unknown]) =>
    !dependsOnOthers(resource.properties[name] ?? '', blueprint) && dynamicReferencesIn(value).length === 0;
  return Object.fromEntries(Object.entries(properties).filter(isOwn));
}

function tell(
  finding: Finding,
  { findings, properties, resource, source }: Known & { readonly findings: Findings; readonly source: Source },
): void {
  const { logicalId } = resource;
  if (finding.kind === 'takes in') {
    findings.file(finding.file);
    return;
  }
  if (finding.kind === 'package') {
    findings.package({ name: finding.name, command: finding.command, resource: logicalId });
    return;
  }
  const line = lineOf(finding.path, { properties, declared: resource.properties, source }) ?? resource.line;
  const at = { resource: logicalId, type: resource.type.type, ...(line !== undefined && { line }) };
  if (finding.kind === 'stands in') {
    const { path, part = shownPath(path), why, means } = finding;
    findings.standsIn({ ...at, ...(part !== '' && { property: part }), why, means });
  } else {
    const { message, mend } = finding;
    const found = [{ message, ...at, ...(mend !== undefined && { mend }) }];
    if (finding.kind === 'refused') findings.wrong(found);
    else findings.doubtful(found);
  }
}

/** `Targets[0].Arn` */
function shownPath(path: PropertyPath): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}

/** Where a property stands, or what is around it. What became one text stands where its members stand. */
function lineOf(
  [property = '', ...path]: PropertyPath,
  {
    properties,
    declared,
    source,
  }: { readonly properties: Properties; readonly declared: ValueMap; readonly source: Source },
): number | undefined {
  let line = source.lineOf(properties, property);
  let value: unknown = source.originOf(declared[property]) ?? properties[property];
  for (const key of path) {
    if (!isMap(value) && !isList(value)) return line;
    line = source.lineOf(value, key) ?? line;
    value = Object.entries(value).find(([name]) => name === plainText(key))?.[1];
  }
  return line;
}
