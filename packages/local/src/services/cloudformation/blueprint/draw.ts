// Draws a blueprint. Refuses whatever cannot be made here, all of it at once, with lines: each step goes on with what
// the steps before it have left.
import { loadResourceSchemas } from '@earwitness/protocol/internal/aws/resource-schema';
import type { WholeMatch } from '@earwitness/protocol/internal/regular-expression/whole-match';
import { requiredCapabilities } from '@earwitness/protocol/internal/template/capabilities';
import { creationWaves } from '@earwitness/protocol/internal/template/graph';
import { checkRules, conditionScope } from '@earwitness/protocol/internal/template/intrinsics/condition';
import { pseudoParameters } from '@earwitness/protocol/internal/template/intrinsics/pseudo';
import {
  hasAllowedPattern,
  parameterReference,
  parameterValues,
} from '@earwitness/protocol/internal/template/parameter';
import { addProblems, collect, type Problem, refuse } from '@earwitness/protocol/internal/template/problem';
import { checkTemplate, parseParameters } from '@earwitness/protocol/internal/template/template';
import type { Platform } from '../../../platform.ts';
import { inflate } from '../../../resources/inflate.ts';
import type { Blueprint, BlueprintOrder } from './blueprint.ts';
import { takeDefinitions } from './definition.ts';
import { includeSnippets } from './include.ts';
import type { MacroRun } from './macro.ts';
import { readTemplateText } from './parse.ts';
import { planResources } from './plan.ts';
import { processedTemplate } from './processed.ts';
import { readStoredParameters } from './stored-parameter.ts';
import { transform } from './transform.ts';

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
  /** Absolute paths of the snippets in it, and of its state machines' definitions. */
  readonly files: readonly string[];
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
  const { region } = order.placement;
  const run: MacroRun = { platform, call: order.call, source: text.source, names, problems };
  const files: string[] = [];
  const included = await includeSnippets(text, { ...run, tags: order.tags, files });
  const { root, isExpanded } = await transform(included, run);
  const checked = checkTemplate(root, text.source, { asWritten: !isExpanded });
  addProblems(problems, checked.problems);
  const scope = conditionScope(checked.template, { parameters: names, region });
  collect(problems, () => checkRules(checked.template, scope), undefined);
  const template = await takeDefinitions(checked.template, { platform, order, scope, problems, files });
  const types = Object.values(template.resources).map(({ type }) => type);
  const findSchema = await loadResourceSchemas(types, inflate);
  await platform.dispatch.loadResourceTypes(types);
  const resources = planResources(template, { platform, scope, findSchema, tags: order.tags, problems });
  const graph = new Map(
    Object.values(resources).map(({ logicalId, needs }) => [
      logicalId,
      new Set(needs.filter((needed) => Object.hasOwn(resources, needed))),
    ]),
  );
  const blueprint: Blueprint = {
    templateBody: order.templateBody,
    processedBody: JSON.stringify(processedTemplate(root, scope)),
    template,
    parameters,
    scope,
    resources,
    waves: collect(problems, () => creationWaves(graph, (name) => resources[name]?.line), []),
    required: requiredCapabilities(template.resources),
    isExpanded: template.transforms.length > 0 || text.keys.has('Fn::Transform'),
  };
  return { blueprint, problems: withoutConsequences(problems), files };
}

/** Problems without those that stand where SAM has said what is wrong: what it made of that is not the author's. */
function withoutConsequences(problems: readonly Problem[]): readonly Problem[] {
  const lines = new Set(problems.flatMap(({ parts = [] }) => parts.flatMap(({ line }) => line ?? [])));
  return lines.size === 0 ? problems : problems.filter(({ line }) => line === undefined || !lines.has(line));
}

/** The engine of AllowedPattern costs 10 ms to load: only a template that has one pays for it. */
async function loadWholeMatch(): Promise<WholeMatch> {
  const { createWholeMatch } = await import('@earwitness/protocol/internal/regular-expression/whole-match');
  return createWholeMatch();
}

function neverAsked(): never {
  throw new Error('no parameter of this template has an AllowedPattern');
}
