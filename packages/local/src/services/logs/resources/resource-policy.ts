// CloudFormation: AWS::Logs::ResourcePolicy (Ref: the name).
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';

export const resourcePolicyResource = serviceResource('logs', {
  type: 'AWS::Logs::ResourcePolicy',
  serves: ['PolicyName', 'PolicyDocument'],
  documents: ['PolicyDocument'],
  gone: 'ResourceNotFoundException',
  // PutResourcePolicy changes a policy of that name.
  async namesake(properties, { run }) {
    const name = String(properties['PolicyName']);
    const { resourcePolicies = [] } = await run('DescribeResourcePolicies', {});
    return { name, exists: resourcePolicies.some(({ policyName }) => policyName === name) };
  },
  create: (properties, context) => put(properties, context),
  update: (_made, properties, context) => put(properties, context),
  delete: ({ physicalId: policyName }, { run }) => run('DeleteResourcePolicy', { policyName }),
});

async function put(properties: Properties, { parse, run }: ResourceContext<'logs'>): Promise<Made> {
  const input = await parse('PutResourcePolicy', properties);
  await run('PutResourcePolicy', input);
  return { physicalId: input.policyName ?? '', attributes: {} };
}
