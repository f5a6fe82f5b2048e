// CloudFormation: AWS::Events::ApiDestination (Ref: the name).
import { textProperty } from '../../../resources/properties.ts';
import type { Made } from '../../../resources/resource.ts';
import { serviceResource } from '../../../resources/service-resource.ts';
import { arnForPolicy } from './arn-for-policy.ts';

export const apiDestinationResource = serviceResource('events', {
  type: 'AWS::Events::ApiDestination',
  takenBy: ['CreateApiDestination'],
  serves: [
    ...['Name', 'Description', 'ConnectionArn', 'InvocationEndpoint', 'HttpMethod'],
    'InvocationRateLimitPerSecond',
  ],
  gone: 'ResourceNotFoundException',
  async create(properties, { generateName, parse, run }) {
    const Name = textProperty(properties, 'Name') ?? generateName({ maxLength: 64 });
    const input = { ...(await parse('CreateApiDestination', properties)), Name };
    return describe(Name, await run('CreateApiDestination', input));
  },
  async update({ physicalId: Name }, properties, { parse, run }) {
    const input = { ...(await parse('UpdateApiDestination', properties)), Name };
    return describe(Name, await run('UpdateApiDestination', input));
  },
  delete: ({ physicalId: Name }, { run }) => run('DeleteApiDestination', { Name }),
});

function describe(
  name: string,
  { ApiDestinationArn: arn = '' }: { readonly ApiDestinationArn?: string | undefined },
): Made {
  return { physicalId: name, attributes: { Arn: arn, ArnForPolicy: arnForPolicy(arn) } };
}
