// CloudFormation: AWS::SecretsManager::ResourcePolicy (Ref: the secret).
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';

export const resourcePolicyResource = serviceResource('secretsmanager', {
  type: 'AWS::SecretsManager::ResourcePolicy',
  serves: ['SecretId', 'ResourcePolicy'],
  ignores: ['BlockPublicPolicy'],
  documents: ['ResourcePolicy'],
  gone: 'ResourceNotFoundException',
  // PutResourcePolicy overwrites the secret's policy.
  async namesake(properties, { run }) {
    const name = String(properties['SecretId']);
    const { ResourcePolicy: policy } = await run('GetResourcePolicy', { SecretId: name });
    return { name, exists: policy !== undefined };
  },
  create: (properties, context) => put(properties, context),
  update: (_made, properties, context) => put(properties, context),
  delete: ({ physicalId: SecretId }, { run }) => run('DeleteResourcePolicy', { SecretId }),
});

async function put(
  { BlockPublicPolicy: _, ...properties }: Properties,
  { parse, run }: ResourceContext<'secretsmanager'>,
): Promise<Made> {
  const input = await parse('PutResourcePolicy', properties);
  await run('PutResourcePolicy', input);
  return { physicalId: input.SecretId, attributes: { Id: input.SecretId } };
}
