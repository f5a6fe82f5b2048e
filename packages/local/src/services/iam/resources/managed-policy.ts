// CloudFormation: AWS::IAM::ManagedPolicy (Ref: the ARN).
import { fineIfGone } from '../../../resources/gone.ts';
import { textProperty, textsProperty } from '../../../resources/properties.ts';
import type { Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { forUser } from './policy-users.ts';

type Context = ResourceContext<'iam'>;

const unlessGone = fineIfGone('NoSuchEntity');

export const managedPolicyResource = serviceResource('iam', {
  type: 'AWS::IAM::ManagedPolicy',
  takenBy: ['CreatePolicy'],
  serves: ['PolicyDocument', 'ManagedPolicyName', 'Path', 'Description', 'Roles', 'Users'],
  // Users are not held to policies, nor are their groups.
  ignores: ['Groups'],
  documents: ['PolicyDocument'],
  gone: 'NoSuchEntity',
  async create(properties, context) {
    const { generateName, parse, run } = context;
    const PolicyName = textProperty(properties, 'ManagedPolicyName') ?? generateName({ maxLength: 128 });
    const { Policy: policy } = await run('CreatePolicy', { ...(await parse('CreatePolicy', properties)), PolicyName });
    const { Arn: arn = '', PolicyId: id = '' } = policy ?? {};
    const made = { physicalId: arn, attributes: { PolicyArn: arn, PolicyId: id } };
    context.began(made);
    await attach(arn, properties, context);
    return made;
  },
  async update(made, properties, context) {
    const { previous, run } = context;
    const PolicyArn = made.physicalId;
    const { Versions: versions = [] } = await run('ListPolicyVersions', { PolicyArn });
    const document = { PolicyDocument: textProperty(properties, 'PolicyDocument') ?? '', SetAsDefault: true };
    await run('CreatePolicyVersion', { PolicyArn, ...document });
    // The versions before are of no use to a stack, and a policy has room for five.
    for (const { VersionId = '' } of versions) await run('DeletePolicyVersion', { PolicyArn, VersionId });
    await detach(PolicyArn, previous, context);
    await attach(PolicyArn, properties, context);
    return made;
  },
  async delete({ physicalId: PolicyArn }, context) {
    await detach(PolicyArn, context.properties, context);
    await context.run('DeletePolicy', { PolicyArn });
  },
});

async function attach(PolicyArn: string, properties: Properties, context: Context): Promise<void> {
  const { run } = context;
  for (const RoleName of textsProperty(properties, 'Roles')) await run('AttachRolePolicy', { RoleName, PolicyArn });
  for (const UserName of textsProperty(properties, 'Users')) {
    await forUser(context, run('AttachUserPolicy', { UserName, PolicyArn }));
  }
}

async function detach(PolicyArn: string, properties: Properties, { run }: Context): Promise<void> {
  for (const RoleName of textsProperty(properties, 'Roles')) {
    await unlessGone(run('DetachRolePolicy', { RoleName, PolicyArn }));
  }
  for (const UserName of textsProperty(properties, 'Users')) {
    await unlessGone(run('DetachUserPolicy', { UserName, PolicyArn }));
  }
}
