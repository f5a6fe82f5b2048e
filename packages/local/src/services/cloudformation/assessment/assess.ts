// Looks at a template before anything of it is made: what a deployment would refuse at once, and what would fail only
// while it is under way.

import { loadResourceSchemas } from '@earwitness/protocol/internal/aws/resource-schema';
import { hasExactForm } from '@earwitness/protocol/internal/stand-in/form';
import { placeholderNamed } from '@earwitness/protocol/internal/template/placeholder';
import { collect, type Missing, type Problem, problemsOf } from '@earwitness/protocol/internal/template/problem';
import type { Standing } from '@earwitness/protocol/internal/template/resolve';
import { parseParameters } from '@earwitness/protocol/internal/template/template';
import type { Assessment, AssessmentOrder, Surroundings } from '../../../assessment/assessment.ts';
import type { Call } from '../../../call.ts';
import { inflate } from '../../../resources/inflate.ts';
import { type Blueprint, checkCapabilities } from '../blueprint/blueprint.ts';
import { DIRECTORY_TAG } from '../blueprint/code.ts';
import { type Survey, surveyTemplate } from '../blueprint/draw.ts';
import { readTemplateText } from '../blueprint/parse.ts';
import { listExports } from '../output.ts';
import type { Parts } from '../parts.ts';
import { makeStackId } from '../stack.ts';
import { attributeProblems } from './attribute-check.ts';
import { examineResources } from './examine.ts';
import { createFindings, type Findings } from './findings.ts';
import { foreseenScope } from './foreseen.ts';
import { foreseeAttributes } from './foreseen-attributes.ts';
import { foreseeOutputs } from './foreseen-output.ts';
import { withMeantTypes } from './meant-type.ts';

/** Never refuses: what is wrong stands in the assessment. */
export async function assessTemplate(parts: Parts, order: AssessmentOrder, call: Call): Promise<Assessment> {
  const findings = createFindings(order.stackName);
  let parameters = order.parameters ?? {};
  let survey: Survey;
  try {
    parameters = { ...(await findFurtherParameters(order)), ...parameters };
    survey = await surveyTemplate(parts.platform, blueprintOrder({ ...order, parameters }, call));
  } catch (error) {
    findings.problems(problemsOf(error));
    const leaves = { outputs: {}, exports: {}, stored: {}, secrets: [], buses: [] };
    return { served: {}, ...findings.told(), parameters, leaves };
  }
  const { blueprint } = survey;
  findings.problems(survey.problems);
  survey.files.forEach(findings.file);
  const capabilities: Problem[] = [];
  if (order.capabilities) collect(capabilities, () => checkCapabilities(blueprint, order.capabilities), undefined);
  findings.problems(capabilities);
  const leaves = await look(parts, { blueprint, findings, order, call });
  const told = findings.told();
  return { served: servedTypes(blueprint), ...told, wrong: await withMeantTypes(told.wrong), parameters, leaves };
}

/** Values for parameters that the template declares, beyond those that are given: offered ones, then found ones. */
async function findFurtherParameters(order: AssessmentOrder): Promise<Readonly<Record<string, string>>> {
  const { findParameters, parameters: given = {}, parametersIfDeclared: offered = {}, template } = order;
  const { root, source } = await readTemplateText(template);
  const { parameters } = parseParameters(root, source);
  const taken = Object.entries(offered).filter(([name]) => Object.hasOwn(parameters, name));
  const known = { ...Object.fromEntries(taken), ...given };
  const isOpen = (name: string) => parameters[name]?.['Default'] === undefined && !Object.hasOwn(known, name);
  const open = Object.keys(parameters).filter(isOpen);
  const found = open.length === 0 ? {} : await findParameters?.(open);
  return { ...found, ...Object.fromEntries(taken) };
}

function blueprintOrder(order: AssessmentOrder, call: Call) {
  const { beside, directory, parameters = {}, stackName, template: templateBody } = order;
  const { account, region } = call;
  const stackId = makeStackId(stackName, call, '00000000-0000-0000-0000-000000000000');
  return {
    templateBody,
    given: Object.entries(parameters).map(([key, value]) => ({ key, value })),
    placement: { account, region, stackName, stackId, notificationArns: [] },
    tags: directory === undefined ? [] : [{ Key: DIRECTORY_TAG, Value: directory }],
    stored: beside?.stored ?? {},
    call,
  };
}

function madeAs(type: string): string {
  const form = hasExactForm(type) ? '' : ' of a guessed form';
  return `it is made with an id and attributes${form}, and records what it receives`;
}

/** Adds what is known of resources and outputs. @returns what the template leaves behind */
async function look(
  parts: Parts,
  looking: {
    readonly blueprint: Blueprint;
    readonly findings: Findings;
    readonly order: AssessmentOrder;
    readonly call: Call;
  },
): Promise<Surroundings> {
  const { blueprint, findings, order, call } = looking;
  const { stackName, beside } = order;
  const { account, region } = call;
  const findSchema = await loadResourceSchemas(
    Object.values(blueprint.template.resources).map(({ type }) => type),
    inflate,
  );
  const listed = listExports(parts.stacks, call);
  const exports = new Map(listed.map(({ name, value }) => [name, value]));
  for (const [name, value] of Object.entries(beside?.exports ?? {})) exports.set(name, value);
  const imported = (name: string, at?: Standing): string => {
    const known = exports.get(name);
    if (known !== undefined) return known;
    const missing: Missing = { kind: 'export', name, value: placeholderNamed(name), line: at?.line };
    findings.missing(missing);
    return missing.value;
  };
  const foreseen = new Map<string, Readonly<Record<string, string>>>();
  const scope = foreseenScope(blueprint, { stackName, account, region, findSchema, imported, foreseen });
  const assessed = order.assessed ?? new Map();
  await foreseeAttributes(parts, { blueprint, call, order: { ...order, assessed }, scope }, foreseen);
  const { source, resources, outputs: declaredOutputs } = blueprint.template;
  for (const { logicalId, properties, line, type } of Object.values(blueprint.resources)) {
    if (type.standsIn) {
      const typeLine = resources[logicalId]?.typeLine ?? line;
      const at = typeLine === undefined ? {} : { line: typeLine };
      findings.standsIn({
        resource: logicalId,
        type: type.type,
        ...at,
        why: 'no service here makes it',
        means: madeAs(type.type),
      });
    }
    const checking = { source, findSchema, resources, planned: blueprint.resources, of: `resource ${logicalId}` };
    findings.wrong(attributeProblems(properties, line, checking).map((one) => ({ ...one, resource: logicalId })));
  }
  const left = await examineResources(parts, { ...looking, order: { ...order, assessed }, scope });
  const others = listed.filter((item) => item.stackName !== stackName);
  const taken = new Map(others.map((item) => [item.name, item.stackName]));
  const outputs = foreseeOutputs(blueprint, scope, { findings, taken });
  for (const [key, { condition, value, line }] of Object.entries(declaredOutputs)) {
    if (condition !== undefined && collect([], () => !blueprint.scope.condition(condition), true)) continue;
    const checking = { source, findSchema, resources, planned: blueprint.resources, of: `output ${key}` };
    findings.wrong(attributeProblems(value, line, checking));
  }
  return { ...outputs, ...left };
}

function servedTypes({ resources }: Blueprint): Record<string, number> {
  const served: Record<string, number> = {};
  for (const { type } of Object.values(resources).filter((planned) => !planned.type.standsIn))
    served[type.type] = (served[type.type] ?? 0) + 1;
  return served;
}
