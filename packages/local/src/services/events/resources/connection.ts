// CloudFormation: AWS::Events::Connection and AWS::Events::ApiDestination (Ref: the name).
import { fineIf, parseInput } from '../../../resources/properties.ts';
import type { Made, ResourceContext, ResourceType } from '../../../resources/resource.ts';

const fineIfGone = fineIf('ResourceNotFoundException');

export const connectionResource: ResourceType = {
  type: 'AWS::Events::Connection',
  properties: {
    Name: 'replaces',
    Description: 'optional',
    KmsKeyIdentifier: 'optional',
    AuthorizationType: 'required',
    AuthParameters: 'required',
  },
  async create(properties, context) {
    const input = await parseInput('events', 'CreateConnection', properties);
    const Name = input.Name ?? context.generateName({ maxLength: 64 });
    const { AuthorizationType = 'API_KEY', AuthParameters = {} } = input;
    const whole = { ...input, Name, AuthorizationType, AuthParameters };
    await context.dispatch.call('events', 'CreateConnection', whole, context.call);
    return describeConnection(Name, context);
  },
  async update({ physicalId: Name }, properties, context) {
    const input = await parseInput('events', 'CreateConnection', properties);
    await context.dispatch.call('events', 'UpdateConnection', { ...input, Name }, context.call);
    return describeConnection(Name, context);
  },
  async delete({ physicalId: Name }, { call, dispatch }) {
    await fineIfGone(dispatch.call('events', 'DeleteConnection', { Name }, call));
  },
};

async function describeConnection(Name: string, { call, dispatch }: ResourceContext): Promise<Made> {
  const { ConnectionArn: Arn = '', SecretArn = '' } = await dispatch.call(
    'events',
    'DescribeConnection',
    { Name },
    call,
  );
  return { physicalId: Name, attributes: { Arn, ArnForPolicy: forPolicy(Arn), SecretArn } };
}

export const apiDestinationResource: ResourceType = {
  type: 'AWS::Events::ApiDestination',
  properties: {
    Name: 'replaces',
    Description: 'optional',
    ConnectionArn: 'required',
    InvocationEndpoint: 'required',
    HttpMethod: 'required',
    InvocationRateLimitPerSecond: 'optional',
  },
  async create(properties, context) {
    const input = await parseInput('events', 'CreateApiDestination', properties);
    const Name = input.Name ?? context.generateName({ maxLength: 64 });
    const { ConnectionArn = '', InvocationEndpoint = '', HttpMethod = 'POST' } = input;
    const whole = { ...input, Name, ConnectionArn, InvocationEndpoint, HttpMethod };
    await context.dispatch.call('events', 'CreateApiDestination', whole, context.call);
    return describeApiDestination(Name, context);
  },
  async update({ physicalId: Name }, properties, context) {
    const input = await parseInput('events', 'CreateApiDestination', properties);
    await context.dispatch.call('events', 'UpdateApiDestination', { ...input, Name }, context.call);
    return describeApiDestination(Name, context);
  },
  async delete({ physicalId: Name }, { call, dispatch }) {
    await fineIfGone(dispatch.call('events', 'DeleteApiDestination', { Name }, call));
  },
};

async function describeApiDestination(Name: string, { call, dispatch }: ResourceContext): Promise<Made> {
  const { ApiDestinationArn: Arn = '' } = await dispatch.call('events', 'DescribeApiDestination', { Name }, call);
  return { physicalId: Name, attributes: { Arn, ArnForPolicy: forPolicy(Arn) } };
}

/** The ARN without its last part, a UUID: the form that IAM policies take. */
function forPolicy(arn: string): string {
  return arn.slice(0, arn.lastIndexOf('/'));
}
