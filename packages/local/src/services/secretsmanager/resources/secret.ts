// CloudFormation: AWS::SecretsManager::Secret (Ref: the ARN), with GenerateSecretString.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { found } from '../../../resources/gone.ts';
import { isRecord, textProperty } from '../../../resources/properties.ts';
import type { Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTags, tagList } from '../../../resources/tags.ts';

export const secretResource = serviceResource('secretsmanager', {
  type: 'AWS::SecretsManager::Secret',
  takenBy: ['CreateSecret'],
  serves: ['Name', 'Description', 'KmsKeyId', 'SecretString', 'GenerateSecretString', 'Tags'],
  async create(properties, context) {
    const { generateName, parse, run } = context;
    const Name = textProperty(properties, 'Name') ?? generateName();
    const SecretString = await makeValue(properties, context);
    const { ARN: arn = '' } = await run('CreateSecret', {
      ...(await parse('CreateSecret', properties)),
      Name,
      SecretString,
    });
    return { physicalId: arn, attributes: { Id: arn } };
  },
  async adopt({ Id: SecretId = '' }, { run }) {
    const secret = await found('ResourceNotFoundException', run('DescribeSecret', { SecretId }));
    return secret && { physicalId: secret.ARN ?? SecretId, attributes: { Id: secret.ARN ?? SecretId } };
  },
  async update(made, properties, context) {
    const { parse, previous, run } = context;
    // A generated value is made anew only when the way it is made changes.
    const sameValue = ['SecretString', 'GenerateSecretString'].every(
      (name) => JSON.stringify(properties[name]) === JSON.stringify(previous[name]),
    );
    const SecretString = sameValue ? undefined : await makeValue(properties, context);
    const SecretId = made.physicalId;
    const { Description = '', KmsKeyId } = await parse('UpdateSecret', properties);
    await run('UpdateSecret', { SecretId, Description, KmsKeyId, SecretString });
    await changeTags(previous, properties, {
      untag: (TagKeys) => run('UntagResource', { SecretId, TagKeys }),
      tag: (tags) => run('TagResource', { SecretId, Tags: tagList(tags) }),
    });
    return made;
  },
  // CloudFormation deletes without a recovery window, so that the name is free again. A secret that is gone is not
  // refused then.
  delete: ({ physicalId: SecretId }, { run }) => run('DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true }),
});

async function makeValue(
  properties: Properties,
  { parse, run }: ResourceContext<'secretsmanager'>,
): Promise<string | undefined> {
  const { SecretString: text, GenerateSecretString: generate } = properties;
  if (generate === undefined) return text === undefined ? undefined : String(text);
  if (text !== undefined) throw invalid('SecretString and GenerateSecretString cannot both be given.');
  if (!isRecord(generate)) throw invalid('GenerateSecretString must be an object.');
  const { SecretStringTemplate: template, GenerateStringKey: key, ...options } = generate;
  const asked = await parse('GetRandomPassword', options);
  const { RandomPassword: password = '' } = await run('GetRandomPassword', asked);
  if (template === undefined && key === undefined) return password;
  if (template === undefined || key === undefined) {
    throw invalid('GenerateSecretString needs both of SecretStringTemplate and GenerateStringKey, or neither.');
  }
  const object: unknown = JSON.parse(String(template));
  if (!isRecord(object)) throw invalid('SecretStringTemplate must be a JSON object.');
  return JSON.stringify({ ...object, [String(key)]: password });
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}
