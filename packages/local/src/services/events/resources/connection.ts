// CloudFormation: AWS::Events::Connection (Ref: the name).
import { textProperty } from '../../../resources/properties.ts';
import type { Made } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { arnForPolicy } from './arn-for-policy.ts';

export const connectionResource = serviceResource('events', {
  type: 'AWS::Events::Connection',
  takenBy: ['CreateConnection'],
  serves: ['Name', 'Description', 'KmsKeyIdentifier', 'AuthorizationType', 'AuthParameters'],
  gone: 'ResourceNotFoundException',
  async create(properties, context) {
    const { generateName, parse, run } = context;
    const Name = textProperty(properties, 'Name') ?? generateName({ maxLength: 64 });
    await run('CreateConnection', { ...(await parse('CreateConnection', properties)), Name });
    return describe(Name, context);
  },
  async update({ physicalId: Name }, properties, context) {
    await context.run('UpdateConnection', { ...(await context.parse('UpdateConnection', properties)), Name });
    return describe(Name, context);
  },
  delete: ({ physicalId: Name }, { run }) => run('DeleteConnection', { Name }),
});

async function describe(Name: string, { run }: ResourceContext<'events'>): Promise<Made> {
  const { ConnectionArn: Arn = '', SecretArn = '' } = await run('DescribeConnection', { Name });
  return { physicalId: Name, attributes: { Arn, ArnForPolicy: arnForPolicy(Arn), SecretArn } };
}
