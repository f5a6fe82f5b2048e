// What CreateStack, UpdateStack and CreateChangeSet have in common: a template, parameters, tags, capabilities. Refuses
// by name what would change the outcome and is not done here: stack policies.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { CreateStackInput, Parameter } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { GivenParameter } from '@earwitness/protocol/internal/template/parameter';
import { readObject } from '../../objects/read-object.ts';
import { findObject, type OutsidePlace } from './blueprint/outside-text.ts';
import type { DeployRequest } from './deploy-request.ts';
import type { StackRecord } from './stack.ts';

/** Whose request it is, and of which cloud. */
type RequestPlace = Omit<OutsidePlace, 'directory'>;

type RequestInput = Pick<
  CreateStackInput,
  'TemplateBody' | 'TemplateURL' | 'Parameters' | 'Tags' | 'Capabilities' | 'NotificationARNs' | 'RoleARN'
> & { readonly UsePreviousTemplate?: boolean | undefined };

/**
 * Reads a request; what it leaves out is taken from the stack that is updated.
 * @throws ServiceError `ValidationError`
 */
export async function readDeployRequest(
  input: RequestInput,
  place: RequestPlace,
  stack?: StackRecord,
): Promise<DeployRequest> {
  const roleArn = input.RoleARN ?? stack?.roleArn;
  return {
    templateBody: await readTemplateBody(input, place, stack),
    given: (input.Parameters ?? []).map(readParameter),
    tags: input.Tags ?? stack?.tags ?? [],
    capabilities: input.Capabilities ?? [],
    notificationArns: input.NotificationARNs ?? stack?.notificationArns ?? [],
    ...(roleArn !== undefined && { roleArn }),
  };
}

/**
 * A template by URL is read for the caller, from the S3 of this cloud.
 * @throws ServiceError `ValidationError`
 */
export async function readTemplateBody(
  input: Pick<RequestInput, 'TemplateBody' | 'TemplateURL' | 'UsePreviousTemplate'>,
  place: RequestPlace,
  stack?: StackRecord,
): Promise<string> {
  if (input.TemplateURL !== undefined) return await readTemplateAt(input.TemplateURL, place);
  if (input.UsePreviousTemplate && stack) return stack.templateBody;
  if (input.TemplateBody !== undefined) return input.TemplateBody;
  throw new ServiceError('ValidationError', 'Either Template URL or Template Body must be specified.');
}

// Sources of the sentences: mlnrt/incident-response-and-forensic issue 1 (also for s3://), rain issue 538 (bucket),
// quickstart-bitnami-wordpress issue 76 (key, and what follows).
async function readTemplateAt(url: string, { platform, call }: RequestPlace): Promise<string> {
  const refuse = (message: string): never => {
    throw new ServiceError('ValidationError', message);
  };
  const found = /^https?:/i.test(url) ? findObject(url, platform) : undefined;
  if (!found) return refuse('TemplateURL must be a supported URL.');
  const read = await readObject(platform.dispatch, found, call);
  if (read.kind === 'object') return Buffer.from(read.bytes).toString('utf8');
  const why = read.kind === 'refused' ? read.message : 'The specified bucket does not exist';
  const more = 'For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html';
  return refuse(`S3 error: ${why}\n${more}`);
}

function readParameter({ ParameterKey = '', ParameterValue, UsePreviousValue }: Parameter): GivenParameter {
  return { key: ParameterKey, value: ParameterValue, usePreviousValue: UsePreviousValue };
}

/** @throws ServiceError `ValidationError` naming the first member that is given and not served. */
export function refuseMembers(input: object, names: readonly string[]): void {
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || value === false || !names.includes(name)) continue;
    throw new ServiceError('ValidationError', `Earwitness does not serve ${name}.`);
  }
}
