// What CreateStack, UpdateStack and CreateChangeSet have in common: a template, parameters, tags, capabilities. Refuses
// by name what would change the outcome and is not done here: templates by URL, stack policies.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { CreateStackInput, Parameter } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { GivenParameter } from '@earwitness/protocol/internal/template/parameter';
import type { DeployRequest } from './deploy-request.ts';
import type { StackRecord } from './stack.ts';

type RequestInput = Pick<
  CreateStackInput,
  'TemplateBody' | 'TemplateURL' | 'Parameters' | 'Tags' | 'Capabilities' | 'NotificationARNs' | 'RoleARN'
> & { readonly UsePreviousTemplate?: boolean | undefined };

/**
 * Reads a request; what it leaves out is taken from the stack that is updated.
 * @throws ServiceError `ValidationError`
 */
export function readDeployRequest(input: RequestInput, stack?: StackRecord): DeployRequest {
  const roleArn = input.RoleARN ?? stack?.roleArn;
  return {
    templateBody: readTemplateBody(input, stack),
    given: (input.Parameters ?? []).map(readParameter),
    tags: input.Tags ?? stack?.tags ?? [],
    capabilities: input.Capabilities ?? [],
    notificationArns: input.NotificationARNs ?? stack?.notificationArns ?? [],
    ...(roleArn !== undefined && { roleArn }),
  };
}

/** @throws ServiceError `ValidationError` */
export function readTemplateBody(
  input: Pick<RequestInput, 'TemplateBody' | 'TemplateURL' | 'UsePreviousTemplate'>,
  stack?: StackRecord,
): string {
  if (input.TemplateURL !== undefined) {
    throw new ServiceError(
      'ValidationError',
      `Earwitness does not fetch templates (TemplateURL ${input.TemplateURL}): send the template as TemplateBody.`,
    );
  }
  if (input.UsePreviousTemplate && stack) return stack.templateBody;
  if (input.TemplateBody !== undefined) return input.TemplateBody;
  throw new ServiceError('ValidationError', 'Either Template URL or Template Body must be specified.');
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
