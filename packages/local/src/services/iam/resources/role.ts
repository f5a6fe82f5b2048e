// CloudFormation: AWS::IAM::Role (Ref: the name), with its inline and its managed policies.
import { plainText } from '@earwitness/protocol/internal/template/value';
import { fineIfGone } from '../../../resources/gone.ts';
import { textProperty, textsProperty } from '../../../resources/properties.ts';
import type { Previous, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags, tagList } from '../../../resources/tags.ts';
import { DEFAULT_SESSION_SECONDS } from '../operations/role.ts';

type Context = ResourceContext<'iam'>;

const unlessGone = fineIfGone('NoSuchEntity');

export const roleResource = serviceResource('iam', {
  type: 'AWS::IAM::Role',
  takenBy: ['CreateRole'],
  serves: [
    ...['AssumeRolePolicyDocument', 'RoleName', 'Path', 'Description', 'ManagedPolicyArns', 'MaxSessionDuration'],
    ...['PermissionsBoundary', 'Policies', 'Tags'],
  ],
  documents: ['AssumeRolePolicyDocument'],
  gone: 'NoSuchEntity',
  async create(properties, context) {
    const { generateName, parse, run } = context;
    const RoleName = textProperty(properties, 'RoleName') ?? generateName({ maxLength: 64 });
    const { Role: role } = await run('CreateRole', { ...(await parse('CreateRole', properties)), RoleName });
    const made = { physicalId: RoleName, attributes: { Arn: role.Arn, RoleId: role.RoleId } };
    context.began(made);
    await putPolicies(RoleName, properties, { ...context, previous: {} });
    return made;
  },
  async adopt({ RoleName = '' }, { run }) {
    const { Role: role } = await run('GetRole', { RoleName });
    return { physicalId: RoleName, attributes: { Arn: role.Arn, RoleId: role.RoleId } };
  },
  async update(made, properties, context) {
    const { parse, previous, run } = context;
    const RoleName = made.physicalId;
    const trust = textProperty(properties, 'AssumeRolePolicyDocument') ?? '';
    await run('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trust });
    const { Description = '', MaxSessionDuration = DEFAULT_SESSION_SECONDS } = await parse('UpdateRole', properties);
    await run('UpdateRole', { RoleName, Description, MaxSessionDuration });
    await setBoundary(RoleName, properties, context);
    await putPolicies(RoleName, properties, context);
    await changeTags(previous, properties, {
      untag: (TagKeys) => run('UntagRole', { RoleName, TagKeys }),
      tag: (tags) => run('TagRole', { RoleName, Tags: tagList(tags) }),
    });
    return made;
  },
  /** A role's policies go before it. */
  async delete({ physicalId: RoleName }, { run }) {
    const { PolicyNames: names } = await run('ListRolePolicies', { RoleName });
    for (const PolicyName of names) await run('DeleteRolePolicy', { RoleName, PolicyName });
    const { AttachedPolicies: attached = [] } = await run('ListAttachedRolePolicies', { RoleName });
    for (const { PolicyArn = '' } of attached) await run('DetachRolePolicy', { RoleName, PolicyArn });
    await run('DeleteRole', { RoleName });
  },
});

async function setBoundary(RoleName: string, properties: Properties, { previous, run }: Context & Previous) {
  const PermissionsBoundary = textProperty(properties, 'PermissionsBoundary');
  if (PermissionsBoundary !== undefined) {
    await run('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary });
  } else if (previous['PermissionsBoundary'] !== undefined) {
    await unlessGone(run('DeleteRolePermissionsBoundary', { RoleName }));
  }
}

async function putPolicies(RoleName: string, properties: Properties, { previous, run }: Context & Previous) {
  const inline = inlineOf(properties);
  for (const PolicyName of inlineOf(previous).keys()) {
    if (!inline.has(PolicyName)) await unlessGone(run('DeleteRolePolicy', { RoleName, PolicyName }));
  }
  for (const [PolicyName, PolicyDocument] of inline) {
    await run('PutRolePolicy', { RoleName, PolicyName, PolicyDocument });
  }
  const arns = textsProperty(properties, 'ManagedPolicyArns');
  for (const PolicyArn of textsProperty(previous, 'ManagedPolicyArns')) {
    if (!arns.includes(PolicyArn)) await unlessGone(run('DetachRolePolicy', { RoleName, PolicyArn }));
  }
  for (const PolicyArn of arns) await run('AttachRolePolicy', { RoleName, PolicyArn });
}

function inlineOf({ Policies: policies }: Properties): Map<string, string> {
  if (!Array.isArray(policies)) return new Map();
  return new Map(
    policies.map((policy: Properties) => [String(policy['PolicyName']), plainText(policy['PolicyDocument'])]),
  );
}
