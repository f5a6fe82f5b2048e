// What a template and its parameters come to, before anything is made: transforms done, conditions decided, every
// resource's type and properties checked, and the order of creation. Refuses whatever cannot be made here, all of it at
// once, with lines.
import { createHash } from 'node:crypto';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import {
  type FindResourceSchema,
  loadResourceSchemas,
  type ResourceSchema,
} from '@earwitness/protocol/internal/aws/resource-schema';
import type { WholeMatch } from '@earwitness/protocol/internal/regular-expression/whole-match';
import {
  missingCapabilities,
  type RequiredCapabilities,
  requiredCapabilities,
} from '@earwitness/protocol/internal/template/capabilities';
import type { ResourceDeclaration, Template } from '@earwitness/protocol/internal/template/declaration';
import { creationWaves, dependencies } from '@earwitness/protocol/internal/template/graph';
import { checkRules, conditionScope } from '@earwitness/protocol/internal/template/intrinsics/condition';
import { type Placement, pseudoParameters } from '@earwitness/protocol/internal/template/intrinsics/pseudo';
import { expandLoops } from '@earwitness/protocol/internal/template/loops';
import {
  type GivenParameter,
  hasAllowedPattern,
  isStoredParameter,
  type ParameterValue,
  parameterReference,
  parameterValues,
} from '@earwitness/protocol/internal/template/parameter';
import {
  addProblems,
  collect,
  type Missing,
  type Problem,
  refusal,
  refuse,
} from '@earwitness/protocol/internal/template/problem';
import { chooseBranches, resolveValue, type Scope } from '@earwitness/protocol/internal/template/resolve';
import { SERVERLESS_TRANSFORM, transformServerless } from '@earwitness/protocol/internal/template/sam/transform';
import type { Source } from '@earwitness/protocol/internal/template/source';
import {
  checkTemplate,
  countProblems,
  parseParameters,
  transformsOf,
} from '@earwitness/protocol/internal/template/template';
import { isMap, type Value, type ValueMap, weigh } from '@earwitness/protocol/internal/template/value';
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import type { ResourceType } from '../../../resources/resource.ts';
import { resourceTypeOf } from '../resource-type.ts';
import type { StackParameter } from '../stack.ts';
import { locateCode } from './code.ts';
import { type ParsedText, readTemplateText } from './parse.ts';
import { absentReferences, checkResource } from './resource-check.ts';

export interface Blueprint {
  readonly templateBody: string;
  /** After transforms, as JSON. */
  readonly processedBody: string;
  readonly template: Template;
  readonly parameters: readonly StackParameter[];
  /** Decides conditions; knows parameters and pseudo parameters, and no resources. */
  readonly scope: Scope;
  readonly resources: Readonly<Record<string, PlannedResource>>;
  /** Logical ids in the order of creation. */
  readonly waves: readonly (readonly string[])[];
  readonly required: RequiredCapabilities;
}

export interface PlannedResource {
  readonly logicalId: string;
  readonly type: ResourceType;
  /** What CloudFormation says of the type; nothing of the CDK's own `AWS::CDK::Metadata`. */
  readonly schema: ResourceSchema | undefined;
  /** Conditions are decided; other functions are still inside. */
  readonly properties: ValueMap;
  readonly needs: readonly string[];
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  readonly metadata?: string;
  readonly line?: number;
}

export interface BlueprintOrder {
  readonly templateBody: string;
  readonly given: readonly GivenParameter[];
  readonly previous?: readonly ParameterValue[];
  readonly placement: Placement;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly call: Call;
}

/** Transforms that are run here; any other macro is refused by name. */
const TRANSFORMS = ['AWS::LanguageExtensions', SERVERLESS_TRANSFORM];

/** @throws ServiceError `ValidationError` naming every problem. */
export async function drawBlueprint(platform: Platform, order: BlueprintOrder): Promise<Blueprint> {
  const { blueprint, problems } = await surveyTemplate(platform, order);
  refuse(problems);
  return blueprint;
}

/** A blueprint as far as the template is right, and all that is wrong with it. */
export interface Survey {
  readonly blueprint: Blueprint;
  readonly problems: readonly Problem[];
}

/**
 * Draws what can be drawn. What is missing has a placeholder, and what is wrong is left out, so that the rest is looked
 * at too.
 * @throws ServiceError `ValidationError` when the text cannot be read at all.
 */
export async function surveyTemplate(platform: Platform, order: BlueprintOrder): Promise<Survey> {
  const text = await readTemplateText(order.templateBody);
  const problems: Problem[] = [...text.problems];
  const declared = parseParameters(text.root, text.source);
  const matchesWhole = hasAllowedPattern(declared) ? await loadWholeMatch() : neverAsked;
  const given = parameterValues(declared, order.given, { previous: order.previous, matchesWhole });
  addProblems(problems, given.problems);
  const parameters = await readStoredParameters(given.values, { platform, order, problems });
  const names = {
    ...pseudoParameters(order.placement),
    ...Object.fromEntries(
      parameters.map((item) => [item.key, parameterReference(item.type, item.stored ?? item.text)]),
    ),
  };
  const { root, isExpanded } = transform(text, names, problems);
  const checked = checkTemplate(root, text.source, { asWritten: !isExpanded });
  addProblems(problems, checked.problems);
  const { template } = checked;
  const scope = conditionScope(template, { parameters: names, region: order.placement.region });
  collect(problems, () => checkRules(template, scope), undefined);
  const findSchema = await loadResourceSchemas(Object.values(template.resources).map(({ type }) => type));
  const resources = planResources(template, { platform, scope, findSchema, tags: order.tags, problems });
  const graph = new Map(Object.values(resources).map(({ logicalId, needs }) => [logicalId, new Set(needs)]));
  const blueprint: Blueprint = {
    templateBody: order.templateBody,
    processedBody: JSON.stringify(root),
    template,
    parameters,
    scope,
    resources,
    waves: collect(problems, () => creationWaves(graph), []),
    required: requiredCapabilities(template.resources),
  };
  return { blueprint, problems };
}

/**
 * Holds what a blueprint asks for against what was acknowledged. Macros need it where no change set shows what they
 * made.
 * @throws ServiceError `InsufficientCapabilitiesException`
 */
export function checkCapabilities(
  { required, template }: Blueprint,
  acknowledged: readonly string[] = [],
  options: { readonly reviewed: boolean } = { reviewed: false },
): void {
  const expands = !options.reviewed && template.transforms.length > 0;
  const asked = [...required.capabilities, ...(expands ? ['CAPABILITY_AUTO_EXPAND'] : [])];
  const missing = missingCapabilities(asked, acknowledged);
  if (missing.length === 0) return;
  throw new ServiceError('InsufficientCapabilitiesException', `Requires capabilities : [${missing.join(', ')}]`);
}

/** The engine of AllowedPattern costs 10 ms to load: only a template that has one pays for it. */
async function loadWholeMatch(): Promise<WholeMatch> {
  const { createWholeMatch } = await import('@earwitness/protocol/internal/regular-expression/whole-match');
  return createWholeMatch();
}

function neverAsked(): never {
  throw new Error('no parameter of this template has an AllowedPattern');
}

/** `isExpanded` is false when serverless resources could not be expanded: they are still in the template. */
function transform(
  { root, source }: ParsedText,
  names: Scope['parameters'],
  problems: Problem[],
): { readonly root: ValueMap; readonly isExpanded: boolean } {
  const transforms = transformsOf(root);
  for (const name of transforms.filter((one) => !TRANSFORMS.includes(one))) {
    problems.push({ message: `No transform named ${name} found.`, line: source.lineOf(root, 'Transform') });
  }
  const looped = transforms.includes('AWS::LanguageExtensions')
    ? collect<Value>(problems, () => expandLoops(root, { source, parameters: names }), withoutLoops(root, source))
    : root;
  const expanded = isMap(looped) ? looped : root;
  if (!transforms.includes(SERVERLESS_TRANSFORM)) return { root: expanded, isExpanded: true };
  const tooMany = countProblems(expanded);
  if (tooMany.length > 0) return { root: expanded, isExpanded: false };
  const transformed = collect(
    problems,
    () => transformServerless(expanded, { source, parameters: names, sha1 }),
    undefined,
  );
  if (!transformed) return { root: expanded, isExpanded: false };
  // Source of the sentence: CloudFormation user guide, "Troubleshoot the processed template".
  if (weigh(transformed, TRANSFORMED_MAX) > TRANSFORMED_MAX) throw refusal('Transformation data limit exceeded');
  return { root: transformed, isExpanded: true };
}

/** A template whose loops cannot be written out, without the resources that they would make. */
function withoutLoops(root: ValueMap, source: Source): ValueMap {
  const resources = root['Resources'];
  if (!isMap(resources)) return root;
  const rest = Object.entries(resources).filter(([name]) => !name.startsWith('Fn::ForEach::'));
  return source.derive({ ...root, Resources: source.derive(Object.fromEntries(rest), resources) }, root);
}

/** Ours: values and characters after the transforms. CloudFormation takes a megabyte "and some buffer". */
const TRANSFORMED_MAX = 4_000_000;

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

async function readStoredParameters(
  values: readonly ParameterValue[],
  reading: { readonly platform: Platform; readonly order: BlueprintOrder; readonly problems: Problem[] },
): Promise<StackParameter[]> {
  return Promise.all(
    values.map(async (value) => {
      if (!isStoredParameter(value.type)) return value;
      const stored = (await readStored(value.text, reading)) ?? bootstrapVersion(value.text);
      if (stored !== undefined) return { ...value, stored };
      const message = `Unable to fetch parameters [${value.text}] from parameter store for this account.`;
      const missing: Missing = { kind: 'stored parameter', name: value.text, value: 'value' };
      reading.problems.push({ message, missing: [missing] });
      return { ...value, stored: missing.value };
    }),
  );
}

async function readStored(
  name: string,
  { platform, order: { call } }: { readonly platform: Platform; readonly order: BlueprintOrder },
): Promise<string | undefined> {
  if (!platform.dispatch.service('ssm')) return undefined;
  try {
    const { Parameters = [] } = await platform.dispatch.call('ssm', 'GetParameters', { Names: [name] }, call);
    return Parameters[0]?.Value;
  } catch (error) {
    // A name that is none leads to no parameter.
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

/**
 * Every template of the CDK asks for the version of its bootstrap stack; this cloud needs no bootstrapping. Ours: the
 * newest.
 */
function bootstrapVersion(name: string): string | undefined {
  return /^\/cdk-bootstrap\/[^/]+\/version$/.test(name) ? '30' : undefined;
}

interface Planning {
  readonly platform: Platform;
  readonly scope: Scope;
  readonly findSchema: FindResourceSchema;
  readonly tags: BlueprintOrder['tags'];
  readonly problems: Problem[];
}

function planResources(template: Template, planning: Planning): Record<string, PlannedResource> {
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

/** Policies that CloudFormation knows; a snapshot is taken of none of the types that are made here. */
const POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate'];

function policies(
  logicalId: string,
  { type, deletionPolicy, updateReplacePolicy, line }: ResourceDeclaration,
  { scope, problems }: Planning,
): Pick<PlannedResource, 'deletionPolicy' | 'updateReplacePolicy'> {
  const read = (value: Value | undefined, name: string) => {
    const policy = collect(
      problems,
      () => (value === undefined ? 'Delete' : String(resolveValue(value, scope, line))),
      'Delete',
    );
    if (POLICIES.includes(policy)) return policy;
    problems.push({
      message: `Template error: resource type ${type} does not support ${name} ${policy} (resource ${logicalId})`,
      line,
      mend: `a policy is one of ${POLICIES.join(', ')}`,
    });
    return 'Delete';
  };
  return {
    deletionPolicy: read(deletionPolicy, 'deletion policy'),
    updateReplacePolicy: read(updateReplacePolicy, 'update replace policy'),
  };
}
