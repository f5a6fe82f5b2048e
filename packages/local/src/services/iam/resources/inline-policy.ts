// CloudFormation: AWS::IAM::Policy, an inline policy of several roles and users, and AWS::IAM::RolePolicy, that of one
// role (Ref: policy and role).
import { fineIfGone, found } from '../../../resources/gone.ts';
import { textProperty, textsProperty } from '../../../resources/properties.ts';
import type { Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { forUser } from './policy-users.ts';

type Context = ResourceContext<'iam'>;

const unlessGone = fineIfGone('NoSuchEntity');

export const policyResource = serviceResource('iam', {
  type: 'AWS::IAM::Policy',
  serves: ['PolicyName', 'PolicyDocument', 'Roles', 'Users'],
  // Users are not held to policies, nor are their groups.
  ignores: ['Groups'],
  documents: ['PolicyDocument'],
  async create(properties, context) {
    await put(properties, context);
    const physicalId = context.generateName({ maxLength: 128 });
    return { physicalId, attributes: { Id: physicalId } };
  },
  async update(made, properties, context) {
    await put(properties, context);
    const isRenamed = properties['PolicyName'] !== context.previous['PolicyName'];
    await remove(context.previous, isRenamed ? {} : properties, context);
    return made;
  },
  delete: (_made, context) => remove(context.properties, {}, context),
});

export const rolePolicyResource = serviceResource('iam', {
  type: 'AWS::IAM::RolePolicy',
  serves: ['PolicyName', 'RoleName', 'PolicyDocument'],
  documents: ['PolicyDocument'],
  gone: 'NoSuchEntity',
  // PutRolePolicy overwrites a policy of that name.
  async namesake(properties, { parse, run }) {
    const input = await parse('GetRolePolicy', properties);
    return { name: idOf(input), exists: (await found('NoSuchEntity', run('GetRolePolicy', input))) !== undefined };
  },
  async create(properties, { parse, run }) {
    const input = await parse('PutRolePolicy', properties);
    await run('PutRolePolicy', input);
    return { physicalId: idOf(input), attributes: {} };
  },
  async update(made, properties, { parse, run }) {
    await run('PutRolePolicy', await parse('PutRolePolicy', properties));
    return made;
  },
  delete: async (_made, { parse, properties, run }) =>
    run('DeleteRolePolicy', await parse('DeleteRolePolicy', properties)),
});

function idOf({ PolicyName: policy, RoleName: role }: { PolicyName: string; RoleName: string }): string {
  return `${policy}|${role}`;
}

async function put(properties: Properties, context: Context): Promise<void> {
  const { run } = context;
  const policy = {
    PolicyName: String(properties['PolicyName']),
    PolicyDocument: textProperty(properties, 'PolicyDocument') ?? '',
  };
  for (const RoleName of textsProperty(properties, 'Roles')) await run('PutRolePolicy', { RoleName, ...policy });
  for (const UserName of textsProperty(properties, 'Users')) {
    await forUser(context, run('PutUserPolicy', { UserName, ...policy }));
  }
}

/** Takes the policy from those that have it, but for those that keep it. */
async function remove(properties: Properties, kept: Properties, { run }: Context): Promise<void> {
  const PolicyName = String(properties['PolicyName']);
  const left = (name: string) => {
    const keeping = textsProperty(kept, name);
    return textsProperty(properties, name).filter((holder) => !keeping.includes(holder));
  };
  for (const RoleName of left('Roles')) await unlessGone(run('DeleteRolePolicy', { RoleName, PolicyName }));
  for (const UserName of left('Users')) await unlessGone(run('DeleteUserPolicy', { UserName, PolicyName }));
}
