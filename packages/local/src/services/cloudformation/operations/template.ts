// Templates: of a stack, and what one says before it is deployed.

import type { ResourceIdentifierSummary } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import { loadResourceSchemas } from '@earwitness/protocol/internal/aws/resource-schema';
import { requiredCapabilities } from '@earwitness/protocol/internal/template/capabilities';
import type { Template } from '@earwitness/protocol/internal/template/declaration';
import { HIDDEN_VALUE } from '@earwitness/protocol/internal/template/parameter';
import { refusal } from '@earwitness/protocol/internal/template/problem';
import { parseTemplate, transformsOf } from '@earwitness/protocol/internal/template/template';
import { isList, plainText, scalarText, type ValueMap } from '@earwitness/protocol/internal/template/value';
import type { OperationsOf } from '../../../call.ts';
import { inflate } from '../../../resources/inflate.ts';
import { parseTemplateText } from '../blueprint/parse.ts';
import type { Parts } from '../parts.ts';
import { readTemplateBody } from '../request.ts';

export function templateOperations(parts: Parts) {
  return {
    /** As it was sent, or after its transforms. */
    GetTemplate({ StackName, ChangeSetName, TemplateStage = 'Original' }, call) {
      const StagesAvailable = ['Original', 'Processed'] as const;
      if (ChangeSetName !== undefined) {
        if (StackName === undefined && !ChangeSetName.startsWith('arn:'))
          throw refusal('StackName is a required parameter.');
        const changeSet = parts.changeSets.get({ ChangeSetName, StackName }, call);
        const processed = changeSet.processedBody ?? changeSet.request.templateBody;
        return {
          TemplateBody: TemplateStage === 'Processed' ? processed : changeSet.request.templateBody,
          StagesAvailable,
        };
      }
      if (StackName === undefined) throw refusal('StackName is required if ChangeSetName is not specified.');
      const stack = parts.stacks.get(StackName, call);
      // A template without transforms has nothing to process: AWS answers its text at both stages.
      const isTransformed = /["']?Transform["']?\s*:/.test(stack.templateBody);
      const processed = isTransformed ? stack.processedBody : stack.templateBody;
      return { TemplateBody: TemplateStage === 'Processed' ? processed : stack.templateBody, StagesAvailable };
    },

    /** ValidateTemplate and GetTemplateSummary: what a template declares, without deploying it. */
    async ValidateTemplate(input, call) {
      const { template, capabilities } = await readTemplate(await readTemplateBody(input, { ...parts, call }));
      return {
        Parameters: Object.entries(template.parameters).map(([ParameterKey, declared]) => ({
          ParameterKey,
          ...defaultOf(declared),
          NoEcho: plainText(declared['NoEcho']) === 'true',
          ...descriptionOf(declared),
        })),
        ...(template.description !== undefined && { Description: template.description }),
        ...capabilities,
        ...(template.transforms.length > 0 && { DeclaredTransforms: template.transforms }),
      };
    },

    async GetTemplateSummary(input, call) {
      const stack = input.StackName === undefined ? undefined : parts.stacks.get(input.StackName, call);
      if (stack?.status === 'REVIEW_IN_PROGRESS') {
        throw refusal('GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.');
      }
      const { template, capabilities } = await readTemplate(
        stack?.templateBody ?? (await readTemplateBody(input, { ...parts, call })),
      );
      return {
        Parameters: Object.entries(template.parameters).map(([ParameterKey, declared]) => {
          const allowed = declared['AllowedValues'];
          return {
            ParameterKey,
            ...defaultOf(declared),
            ParameterType: scalarText(declared['Type']) ?? 'String',
            NoEcho: plainText(declared['NoEcho']) === 'true',
            ...descriptionOf(declared),
            ParameterConstraints: isList(allowed)
              ? { AllowedValues: allowed.map((item) => scalarText(item) ?? '') }
              : {},
          };
        }),
        ...(template.description !== undefined && { Description: template.description }),
        ...capabilities,
        ResourceTypes: [...new Set(Object.values(template.resources).map(({ type }) => type))],
        Version: '2010-09-09',
        ...(template.metadata !== undefined && { Metadata: JSON.stringify(template.metadata) }),
        ...(template.transforms.length > 0 && { DeclaredTransforms: template.transforms }),
        ResourceIdentifierSummaries: await identifierSummaries(template),
      };
    },
  } satisfies OperationsOf<'cloudformation'>;
}

/** What identifies the resources of each type, as an import of existing ones would have to name it. */
async function identifierSummaries({ resources }: Template): Promise<ResourceIdentifierSummary[]> {
  const entries = Object.entries(resources);
  const types = new Set(entries.map(([, { type }]) => type));
  const find = await loadResourceSchemas(types, inflate);
  return [...types].flatMap((ResourceType) => {
    const ResourceIdentifiers = [...(find(ResourceType)?.ref ?? [])];
    if (ResourceIdentifiers.length === 0) return [];
    const own = entries.filter(([, { type }]) => type === ResourceType);
    return [{ ResourceType, LogicalResourceIds: own.map(([logicalId]) => logicalId), ResourceIdentifiers }];
  });
}

// Checked as it was written: a template whose transform has still to run is not evaluated further.
async function readTemplate(body: string) {
  const { root, source, keys } = await parseTemplateText(body);
  const transforms = transformsOf(root);
  const isExpanded = transforms.length > 0 || keys.has('Fn::Transform');
  const template: Template = parseTemplate(root, source, { asWritten: true });
  const { capabilities, types } = requiredCapabilities(template.resources);
  const all = [...capabilities, ...(isExpanded ? (['CAPABILITY_AUTO_EXPAND'] as const) : [])];
  const reason = `The following resource(s) require capabilities: [${[...types, ...transforms].join(', ')}]`;
  return { template, capabilities: all.length > 0 ? { Capabilities: all, CapabilitiesReason: reason } : {} };
}

function defaultOf(declared: ValueMap): { DefaultValue?: string } {
  const text = scalarText(declared['Default']);
  if (text === undefined) return {};
  return { DefaultValue: plainText(declared['NoEcho']) === 'true' ? HIDDEN_VALUE : text };
}

function descriptionOf(declared: ValueMap): { Description?: string } {
  const text = scalarText(declared['Description']);
  return text === undefined ? {} : { Description: text };
}
