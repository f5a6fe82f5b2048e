// CloudFormation: AWS::IAM::Role (Ref: the name), AWS::IAM::Policy, AWS::IAM::RolePolicy and AWS::IAM::ManagedPolicy (Ref: the ARN).
import { fineIf } from '../../resources/properties.ts';
import type { Made, Properties, ResourceContext, ResourceType } from '../../resources/resource.ts';

const fineIfGone = fineIf('NoSuchEntity');

export const roleResource: ResourceType = {
  type: 'AWS::IAM::Role',
  properties: {
    AssumeRolePolicyDocument: 'required',
    RoleName: 'replaces',
    Path: 'replaces',
    Description: 'optional',
    ManagedPolicyArns: 'optional',
    MaxSessionDuration: 'optional',
    PermissionsBoundary: 'optional',
    Policies: 'optional',
    Tags: 'optional',
  },
  async create(properties, context) {
    const {
      Path: path,
      MaxSessionDuration: seconds,
      PermissionsBoundary: boundary,
      Description: description,
    } = properties;
    const name = String(properties['RoleName'] ?? context.generateName({ maxLength: 64 }));
    const { Role: role } = await context.dispatch.call(
      'iam',
      'CreateRole',
      {
        RoleName: name,
        AssumeRolePolicyDocument: jsonText(properties['AssumeRolePolicyDocument']),
        Tags: tagsOf(properties),
        ...(path !== undefined && { Path: String(path) }),
        ...(description !== undefined && { Description: String(description) }),
        ...(seconds !== undefined && { MaxSessionDuration: Number(seconds) }),
        ...(boundary !== undefined && { PermissionsBoundary: String(boundary) }),
      },
      context.call,
    );
    await putPolicies(name, properties, {}, context);
    return { physicalId: name, attributes: { Arn: role.Arn, RoleId: role.RoleId } };
  },
  async update(made, properties, context) {
    const name = made.physicalId;
    const { Description: description = '', MaxSessionDuration: seconds = 3600 } = properties;
    const { call, dispatch, previous } = context;
    const trust = jsonText(properties['AssumeRolePolicyDocument']);
    await dispatch.call('iam', 'UpdateAssumeRolePolicy', { RoleName: name, PolicyDocument: trust }, call);
    const change = { RoleName: name, Description: String(description), MaxSessionDuration: Number(seconds) };
    await dispatch.call('iam', 'UpdateRole', change, call);
    await setBoundary(name, properties, context);
    await putPolicies(name, properties, previous, context);
    const tags = tagsOf(properties);
    const TagKeys = tagsOf(previous)
      .map((tag) => tag.Key)
      .filter((key) => !tags.some((tag) => tag.Key === key));
    if (TagKeys.length > 0) await dispatch.call('iam', 'UntagRole', { RoleName: name, TagKeys }, call);
    if (tags.length > 0) await dispatch.call('iam', 'TagRole', { RoleName: name, Tags: tags }, call);
    return made;
  },
  async delete(made, context) {
    await fineIfGone(deleteRole(made.physicalId, context));
  },
};

async function setBoundary(
  RoleName: string,
  { PermissionsBoundary: boundary }: Properties,
  { call, dispatch, previous }: ResourceContext & { readonly previous: Properties },
): Promise<void> {
  if (boundary !== undefined) {
    const input = { RoleName, PermissionsBoundary: String(boundary) };
    await dispatch.call('iam', 'PutRolePermissionsBoundary', input, call);
  } else if (previous['PermissionsBoundary'] !== undefined) {
    await fineIfGone(dispatch.call('iam', 'DeleteRolePermissionsBoundary', { RoleName }, call));
  }
}

/** A role's policies go before it. */
async function deleteRole(name: string, { call, dispatch }: ResourceContext): Promise<void> {
  const role = { RoleName: name };
  const { PolicyNames: names } = await dispatch.call('iam', 'ListRolePolicies', role, call);
  for (const PolicyName of names) await dispatch.call('iam', 'DeleteRolePolicy', { ...role, PolicyName }, call);
  const { AttachedPolicies: attached = [] } = await dispatch.call('iam', 'ListAttachedRolePolicies', role, call);
  for (const { PolicyArn = '' } of attached) {
    await dispatch.call('iam', 'DetachRolePolicy', { ...role, PolicyArn }, call);
  }
  await dispatch.call('iam', 'DeleteRole', role, call);
}

async function putPolicies(
  name: string,
  properties: Properties,
  previous: Properties,
  context: ResourceContext,
): Promise<void> {
  const { call, dispatch } = context;
  const role = { RoleName: name };
  const inline = inlineOf(properties);
  for (const PolicyName of inlineOf(previous).keys()) {
    if (inline.has(PolicyName)) continue;
    await fineIfGone(dispatch.call('iam', 'DeleteRolePolicy', { ...role, PolicyName }, call));
  }
  for (const [PolicyName, PolicyDocument] of inline) {
    await dispatch.call('iam', 'PutRolePolicy', { ...role, PolicyName, PolicyDocument }, call);
  }
  const arns = textsOf(properties['ManagedPolicyArns']);
  for (const PolicyArn of textsOf(previous['ManagedPolicyArns'])) {
    if (arns.includes(PolicyArn)) continue;
    await fineIfGone(dispatch.call('iam', 'DetachRolePolicy', { ...role, PolicyArn }, call));
  }
  for (const PolicyArn of arns) await dispatch.call('iam', 'AttachRolePolicy', { ...role, PolicyArn }, call);
}

function inlineOf(properties: Properties): Map<string, string> {
  const policies = properties['Policies'];
  if (!Array.isArray(policies)) return new Map();
  return new Map(
    policies.map((policy: Properties) => [String(policy['PolicyName']), jsonText(policy['PolicyDocument'])]),
  );
}

/** An inline policy of several roles and users. */
export const policyResource: ResourceType = {
  type: 'AWS::IAM::Policy',
  properties: { PolicyName: 'required', PolicyDocument: 'required', Roles: 'optional', Users: 'optional' },
  async create(properties, context) {
    await putInline(properties, context);
    const physicalId = context.generateName({ maxLength: 128 });
    return { physicalId, attributes: { Id: physicalId } };
  },
  async update(made, properties, context) {
    await putInline(properties, context);
    const isRenamed = properties['PolicyName'] !== context.previous['PolicyName'];
    const keep = isRenamed ? {} : properties;
    await removeInline(context.previous, context, { Roles: textsOf(keep['Roles']), Users: textsOf(keep['Users']) });
    return made;
  },
  async delete(_made, context) {
    await removeInline(context.properties, context, { Roles: [], Users: [] });
  },
};

/** An inline policy of one role, by itself. */
export const rolePolicyResource: ResourceType = {
  type: 'AWS::IAM::RolePolicy',
  properties: { PolicyName: 'required-replaces', RoleName: 'required-replaces', PolicyDocument: 'required' },
  async create(properties, context) {
    await putInline(asPolicy(properties), context);
    return { physicalId: String(properties['PolicyName']), attributes: {} };
  },
  async update(made, properties, context) {
    await putInline(asPolicy(properties), context);
    return made;
  },
  async delete(_made, context) {
    await removeInline(asPolicy(context.properties), context, { Roles: [], Users: [] });
  },
};

/** The same as an `AWS::IAM::Policy` says it. */
function asPolicy({ RoleName, ...properties }: Properties): Properties {
  return { ...properties, Roles: [RoleName] };
}

async function putInline(properties: Properties, { dispatch, call }: ResourceContext): Promise<void> {
  const policy = {
    PolicyName: String(properties['PolicyName']),
    PolicyDocument: jsonText(properties['PolicyDocument']),
  };
  for (const RoleName of textsOf(properties['Roles'])) {
    await dispatch.call('iam', 'PutRolePolicy', { RoleName, ...policy }, call);
  }
  for (const UserName of textsOf(properties['Users'])) {
    await dispatch.call('iam', 'PutUserPolicy', { UserName, ...policy }, call);
  }
}

async function removeInline(
  properties: Properties,
  { dispatch, call }: ResourceContext,
  keep: { readonly Roles: readonly string[]; readonly Users: readonly string[] },
): Promise<void> {
  const PolicyName = String(properties['PolicyName']);
  for (const RoleName of textsOf(properties['Roles'])) {
    if (keep.Roles.includes(RoleName)) continue;
    await fineIfGone(dispatch.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName }, call));
  }
  for (const UserName of textsOf(properties['Users'])) {
    if (keep.Users.includes(UserName)) continue;
    await fineIfGone(dispatch.call('iam', 'DeleteUserPolicy', { UserName, PolicyName }, call));
  }
}

export const managedPolicyResource: ResourceType = {
  type: 'AWS::IAM::ManagedPolicy',
  properties: {
    PolicyDocument: 'required',
    ManagedPolicyName: 'replaces',
    Path: 'replaces',
    Description: 'replaces',
    Roles: 'optional',
    Users: 'optional',
  },
  async create(properties, context) {
    const { Path: path, Description: description } = properties;
    const { Policy: policy } = await context.dispatch.call(
      'iam',
      'CreatePolicy',
      {
        PolicyName: String(properties['ManagedPolicyName'] ?? context.generateName({ maxLength: 128 })),
        PolicyDocument: jsonText(properties['PolicyDocument']),
        ...(path !== undefined && { Path: String(path) }),
        ...(description !== undefined && { Description: String(description) }),
      },
      context.call,
    );
    const made = describeManaged(policy?.Arn ?? '', policy?.PolicyId ?? '');
    await attach(made, properties, context);
    return made;
  },
  async update(made, properties, context) {
    const { dispatch, call } = context;
    const PolicyArn = made.physicalId;
    const { Versions: versions = [] } = await dispatch.call('iam', 'ListPolicyVersions', { PolicyArn }, call);
    const document = { PolicyDocument: jsonText(properties['PolicyDocument']), SetAsDefault: true };
    await dispatch.call('iam', 'CreatePolicyVersion', { PolicyArn, ...document }, call);
    // The versions before are of no use to a stack, and a policy has room for five.
    for (const { VersionId = '' } of versions) {
      await dispatch.call('iam', 'DeletePolicyVersion', { PolicyArn, VersionId }, call);
    }
    await detach(made, context.previous, context);
    await attach(made, properties, context);
    return made;
  },
  async delete(made, context) {
    await detach(made, context.properties, context);
    await fineIfGone(context.dispatch.call('iam', 'DeletePolicy', { PolicyArn: made.physicalId }, context.call));
  },
};

function describeManaged(arn: string, id: string): Made {
  return { physicalId: arn, attributes: { PolicyArn: arn, PolicyId: id } };
}

async function attach(
  { physicalId: PolicyArn }: Made,
  properties: Properties,
  { dispatch, call }: ResourceContext,
): Promise<void> {
  for (const RoleName of textsOf(properties['Roles'])) {
    await dispatch.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn }, call);
  }
  for (const UserName of textsOf(properties['Users'])) {
    await dispatch.call('iam', 'AttachUserPolicy', { UserName, PolicyArn }, call);
  }
}

async function detach(
  { physicalId: PolicyArn }: Made,
  properties: Properties,
  { dispatch, call }: ResourceContext,
): Promise<void> {
  for (const RoleName of textsOf(properties['Roles'])) {
    await fineIfGone(dispatch.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }, call));
  }
  for (const UserName of textsOf(properties['Users'])) {
    await fineIfGone(dispatch.call('iam', 'DetachUserPolicy', { UserName, PolicyArn }, call));
  }
}

function jsonText(document: unknown): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function tagsOf(properties: Properties): { Key: string; Value: string }[] {
  const tags = properties['Tags'];
  if (!Array.isArray(tags)) return [];
  return tags.map((tag: Properties) => ({ Key: String(tag['Key']), Value: String(tag['Value']) }));
}
