// CloudFormation: AWS::SecretsManager::Secret (Ref: the ARN), with GenerateSecretString, and AWS::SecretsManager::ResourcePolicy.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { GetRandomPasswordRequest, Tag } from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import { fineIf } from '../../resources/properties.ts';
import type { Properties, ResourceContext, ResourceType } from '../../resources/resource.ts';

const fineIfGone = fineIf('ResourceNotFoundException');

export const secretResource: ResourceType = {
  type: 'AWS::SecretsManager::Secret',
  properties: {
    Name: 'replaces',
    Description: 'optional',
    KmsKeyId: 'optional',
    SecretString: 'optional',
    GenerateSecretString: 'optional',
    Tags: 'optional',
  },
  async create(properties, context) {
    const { Description: description, KmsKeyId: kmsKeyId } = properties;
    const value = await makeValue(properties, context);
    const { ARN: arn = '' } = await context.dispatch.call(
      'secretsmanager',
      'CreateSecret',
      {
        Name: String(properties['Name'] ?? context.generateName()),
        Tags: tagsOf(properties),
        ...(description !== undefined && { Description: String(description) }),
        ...(kmsKeyId !== undefined && { KmsKeyId: String(kmsKeyId) }),
        ...(value !== undefined && { SecretString: value }),
      },
      context.call,
    );
    return { physicalId: arn, attributes: { Id: arn } };
  },
  async update(made, properties, context) {
    const { Description: description = '', KmsKeyId: kmsKeyId } = properties;
    const { previous } = context;
    // A generated value is made anew only when the way it is made changes.
    const sameValue = ['SecretString', 'GenerateSecretString'].every(
      (name) => JSON.stringify(properties[name]) === JSON.stringify(previous[name]),
    );
    const value = sameValue ? undefined : await makeValue(properties, context);
    const target = { SecretId: made.physicalId };
    await context.dispatch.call(
      'secretsmanager',
      'UpdateSecret',
      {
        ...target,
        Description: String(description),
        ...(kmsKeyId !== undefined && { KmsKeyId: String(kmsKeyId) }),
        ...(value !== undefined && { SecretString: value }),
      },
      context.call,
    );
    const tags = tagsOf(properties);
    const dropped = tagsOf(previous).filter((tag) => !tags.some((one) => one.Key === tag.Key));
    const TagKeys = dropped.map((tag) => tag.Key ?? '');
    if (TagKeys.length > 0) {
      await context.dispatch.call('secretsmanager', 'UntagResource', { ...target, TagKeys }, context.call);
    }
    if (tags.length > 0) {
      await context.dispatch.call('secretsmanager', 'TagResource', { ...target, Tags: tags }, context.call);
    }
    return made;
  },
  // CloudFormation deletes without a recovery window, so that the name is free again.
  async delete(made, context) {
    const input = { SecretId: made.physicalId, ForceDeleteWithoutRecovery: true };
    await context.dispatch.call('secretsmanager', 'DeleteSecret', input, context.call);
  },
};

async function makeValue(properties: Properties, context: ResourceContext): Promise<string | undefined> {
  const { SecretString: text, GenerateSecretString: generate } = properties;
  if (generate === undefined) return text === undefined ? undefined : String(text);
  if (text !== undefined) throw invalid('SecretString and GenerateSecretString cannot both be given.');
  if (!isRecord(generate)) throw invalid('GenerateSecretString must be an object.');
  const { SecretStringTemplate: template, GenerateStringKey: key, ...options } = generate;
  const { RandomPassword: password = '' } = await context.dispatch.call(
    'secretsmanager',
    'GetRandomPassword',
    passwordOptions(options),
    context.call,
  );
  if (template === undefined && key === undefined) return password;
  if (template === undefined || key === undefined) {
    throw invalid('GenerateSecretString needs both of SecretStringTemplate and GenerateStringKey, or neither.');
  }
  const object: unknown = JSON.parse(String(template));
  if (!isRecord(object)) throw invalid('SecretStringTemplate must be a JSON object.');
  return JSON.stringify({ ...object, [String(key)]: password });
}

// Templates may write numbers and booleans as text.
function passwordOptions(options: Properties): GetRandomPasswordRequest {
  const parsed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (name === 'PasswordLength') parsed[name] = Number(value);
    else if (name === 'ExcludeCharacters') parsed[name] = String(value);
    else parsed[name] = String(value) === 'true';
  }
  return parsed;
}

function tagsOf(properties: Properties): Tag[] {
  const tags = properties['Tags'];
  if (!Array.isArray(tags)) return [];
  return tags.map((tag: Tag) => ({ Key: String(tag.Key), Value: String(tag.Value) }));
}

export const resourcePolicyResource: ResourceType = {
  type: 'AWS::SecretsManager::ResourcePolicy',
  properties: { SecretId: 'required-replaces', ResourcePolicy: 'required' },
  ignored: ['BlockPublicPolicy'],
  async create(properties, context) {
    const id = await putPolicy(properties, context);
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(made, properties, context) {
    await putPolicy(properties, context);
    return made;
  },
  async delete(made, context) {
    const { call, dispatch } = context;
    await fineIfGone(dispatch.call('secretsmanager', 'DeleteResourcePolicy', { SecretId: made.physicalId }, call));
  },
};

async function putPolicy(properties: Properties, context: ResourceContext): Promise<string> {
  const id = String(properties['SecretId']);
  const policy = properties['ResourcePolicy'];
  const input = { SecretId: id, ResourcePolicy: typeof policy === 'string' ? policy : JSON.stringify(policy) };
  await context.dispatch.call('secretsmanager', 'PutResourcePolicy', input, context.call);
  return id;
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
