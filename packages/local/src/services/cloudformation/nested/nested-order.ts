// What a nested stack's properties ask for: its template, parameters and tags, and what it takes over from its parent.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { isList, isMap, scalarText, type Value } from '@earwitness/protocol/internal/template/value';
import type { Properties, ResourcePlace, StackPlace, Working } from '../../../resources/resource.ts';
import { DIRECTORY_TAG, directoryOf } from '../blueprint/code.ts';
import { type OutsidePlace, type OutsideText, readOutsideText } from '../blueprint/outside-text.ts';
import type { DeployRequest } from '../deploy-request.ts';

export type NestedOrder =
  | { readonly kind: 'order'; readonly request: DeployRequest }
  | Exclude<OutsideText, { readonly kind: 'text' }>;

/** The template's text; the directory is where relative paths of the parent start. */
export async function readNestedTemplate(
  { TemplateURL: location }: Properties,
  place: OutsidePlace,
): Promise<OutsideText> {
  if (typeof location === 'string' && /^s3:/i.test(location)) {
    // Source: mlnrt/incident-response-and-forensic issue 1.
    const mend = 'name the object by its URL, https://bucket.s3.region.amazonaws.com/key';
    return { kind: 'absent', message: 'TemplateURL must be a supported URL.', mend };
  }
  if (typeof location === 'string' && location !== '') return await readOutsideText(location, place);
  return { kind: 'absent', message: 'TemplateURL must be a text.', mend: 'give TemplateURL a path' };
}

/** @throws ServiceError `ValidationError` for a parameter that is no text. */
export async function readNestedOrder(
  properties: Properties,
  { stack: parent, call }: Pick<ResourcePlace & Working, 'stack' | 'call'>,
  platform: OutsidePlace['platform'],
): Promise<NestedOrder> {
  const template = await readNestedTemplate(properties, { platform, call, directory: directoryOf(parent.tags) });
  if (template.kind !== 'text') return template;
  const { NotificationARNs: arns } = properties;
  return {
    kind: 'order',
    request: {
      templateBody: template.text,
      given: Object.entries(nestedParameters(properties)).map(([key, value]) => ({ key, value })),
      tags: tagsOf(properties, parent, template.directory),
      capabilities: parent.capabilities,
      notificationArns: isList(arns) ? arns.flatMap((arn) => scalarText(arn) ?? []) : [],
    },
  };
}

/**
 * Parameters are texts; a list has to be joined by the author. Source: CloudFormation template reference,
 * AWS::CloudFormation::Stack, Parameters.
 * @throws ServiceError `ValidationError`
 */
export function nestedParameters({ Parameters: parameters = {} }: Properties): Readonly<Record<string, string>> {
  if (!isMap(parameters)) throw notTexts();
  return Object.fromEntries(
    Object.entries(parameters).map(([key, value]) => {
      const text = scalarText(value);
      if (text !== undefined) return [key, text];
      throw notTexts();
    }),
  );
}

function notTexts(): ServiceError {
  return new ServiceError(
    'ValidationError',
    'Value of property Parameters must be an object with String (or simple type) properties',
  );
}

/** Tags of the stack are those of its nested stacks too, and where its template lies is its own. */
function tagsOf({ Tags: own }: Properties, parent: StackPlace, directory: string | undefined): DeployRequest['tags'] {
  const tags = new Map(parent.tags.map(({ Key, Value }) => [Key, Value]));
  for (const tag of isList(own) ? own : []) {
    const { Key, Value: value } = isMap(tag) ? tag : ({} as Readonly<Record<string, Value>>);
    if (typeof Key === 'string') tags.set(Key, scalarText(value) ?? '');
  }
  if (directory === undefined) tags.delete(DIRECTORY_TAG);
  else tags.set(DIRECTORY_TAG, directory);
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
