// The resources of a template that are made: those whose conditions hold, each with its type and what it needs.
import type { FindResourceSchema } from '@earwitness/protocol/internal/aws/resource-schema';
import type { ResourceDeclaration, Template } from '@earwitness/protocol/internal/template/declaration';
import { dependencies } from '@earwitness/protocol/internal/template/graph';
import { addProblems, collect, type Problem } from '@earwitness/protocol/internal/template/problem';
import { chooseBranches, resolveValue, type Scope } from '@earwitness/protocol/internal/template/resolve';
import { SERVERLESS_TRANSFORM } from '@earwitness/protocol/internal/template/sam/name';
import { isMap, plainText, type Value } from '@earwitness/protocol/internal/template/value';
import type { Platform } from '../../../platform.ts';
import { resourceTypeOf } from '../resource-type.ts';
import type { BlueprintOrder, PlannedResource } from './blueprint.ts';
import { locateCode } from './code.ts';
import { absentMappings } from './mapping-check.ts';
import { absentReferences, checkResource } from './resource-check.ts';

interface Planning {
  readonly platform: Platform;
  readonly scope: Scope;
  readonly findSchema: FindResourceSchema;
  readonly tags: BlueprintOrder['tags'];
  readonly problems: Problem[];
}

export function planResources(template: Template, planning: Planning): Record<string, PlannedResource> {
  const { scope, problems } = planning;
  const chosen: Record<string, ResourceDeclaration> = {};
  for (const [logicalId, declaration] of Object.entries(template.resources)) {
    const known = collect(problems, () => chooseResource(declaration, { template, ...planning }), declaration);
    if (known) chosen[logicalId] = known;
  }
  const needed = dependencies(chosen);
  addProblems(
    problems,
    collect(problems, () => absentReferences(template, chosen, scope), []),
  );
  addProblems(
    problems,
    collect(problems, () => absentMappings(template, chosen, scope), []),
  );
  const planned: Record<string, PlannedResource> = {};
  for (const [logicalId, declaration] of Object.entries(chosen)) {
    // SAM could not expand it, and has said why.
    if (declaration.type.startsWith('AWS::Serverless::') && template.transforms.includes(SERVERLESS_TRANSFORM))
      continue;
    const schema = planning.findSchema(declaration.type);
    const type = resourceTypeOf(planning.platform, declaration.type, schema);
    if (declaration.type !== '') {
      addProblems(problems, checkResource(logicalId, declaration, { type, schema, template }));
    }
    if (!type) continue;
    planned[logicalId] = {
      logicalId,
      type,
      schema,
      properties: declaration.properties,
      needs: [...(needed.get(logicalId) ?? [])],
      ...policies(logicalId, declaration, planning),
      ...(declaration.metadata !== undefined && { metadata: JSON.stringify(declaration.metadata) }),
      ...(declaration.line !== undefined && { line: declaration.line }),
      ...(declaration.files && { files: declaration.files }),
    };
  }
  return planned;
}

/** The resource with its conditions decided; `undefined` when its own one leaves it out. */
function chooseResource(
  declaration: ResourceDeclaration,
  { template, scope, tags }: Planning & { readonly template: Template },
): ResourceDeclaration | undefined {
  if (declaration.condition !== undefined && !scope.condition(declaration.condition)) return undefined;
  const properties = chooseBranches(declaration.properties, scope);
  const known = { ...declaration, properties: isMap(properties) ? properties : {} };
  return locateCode(known, { tags, source: template.source });
}

/** Policies that CloudFormation knows. */
const POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate'];
/**
 * Types that have `Snapshot` too; all of them stand in. Source: CloudFormation user guide, "DeletionPolicy attribute".
 */
const WITH_SNAPSHOT = [
  ...['AWS::DocDB::DBCluster', 'AWS::EC2::Volume', 'AWS::ElastiCache::CacheCluster', 'AWS::Neptune::DBCluster'],
  ...['AWS::ElastiCache::ReplicationGroup', 'AWS::RDS::DBCluster', 'AWS::RDS::DBInstance', 'AWS::Redshift::Cluster'],
];

function policies(
  logicalId: string,
  { type, deletionPolicy, updateReplacePolicy, line }: ResourceDeclaration,
  { scope, problems }: Planning,
): Pick<PlannedResource, 'deletionPolicy' | 'updateReplacePolicy'> {
  const known = WITH_SNAPSHOT.includes(type) ? [...POLICIES, 'Snapshot'] : POLICIES;
  const read = (value: Value | undefined, name: string) => {
    const policy = collect(
      problems,
      () => (value === undefined ? 'Delete' : plainText(resolveValue(value, scope, line))),
      'Delete',
    );
    if (known.includes(policy)) return policy;
    problems.push({
      message: `Template error: resource type ${type} does not support ${name} ${policy} (resource ${logicalId})`,
      line,
      mend: `a policy is one of ${known.join(', ')}`,
    });
    return 'Delete';
  };
  return {
    deletionPolicy: read(deletionPolicy, 'deletion policy'),
    updateReplacePolicy: read(updateReplacePolicy, 'update replace policy'),
  };
}
