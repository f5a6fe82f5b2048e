// Connections: their states, what Describe shows of them, and their secret, as native captures of September 2026 have
// it.
import { expect, test } from 'vitest';
import { createTestCloud, refusalOf, testCall } from '../../../test-cloud.ts';
import { createSecretsManagerService } from '../../secretsmanager/service.ts';
import { createEventsService } from '../service.ts';

function open() {
  const cloud = createTestCloud(createEventsService, createSecretsManagerService);
  const { dispatch } = cloud;
  type Events = Parameters<typeof dispatch.call<'events', 'PutRule'>>;
  const events = (operation: Events[1] | string, input: object) =>
    dispatch.call('events', operation as 'PutRule', input as Events[2], testCall) as Promise<unknown>;
  const refusal = (operation: string, input: object) => refusalOf(events(operation, input));
  return { cloud, events, refusal };
}

const BASIC = {
  Name: 'c',
  AuthorizationType: 'BASIC',
  AuthParameters: {
    BasicAuthParameters: { Username: 'me', Password: 'pass' },
    InvocationHttpParameters: {
      HeaderParameters: [
        { Key: 'X-Open', Value: 'seen' },
        { Key: 'X-Closed', Value: 'unseen', IsValueSecret: true },
      ],
    },
  },
};

function withSecrets() {
  const room = open();
  const secretOf = async (SecretId: string) => {
    const call = { ...testCall, principal: { kind: 'service', service: 'events.amazonaws.com' } } as const;
    return room.cloud.dispatch.call('secretsmanager', 'GetSecretValue', { SecretId }, call);
  };
  const describeIt = () => room.events('DescribeConnection', { Name: 'c' }) as Promise<{ SecretArn: string }>;
  return { ...room, secretOf, describeIt };
}

test('the answer of Create, what Describe shows, and the secret', async () => {
  const { events, secretOf, describeIt } = withSecrets();
  expect(await events('CreateConnection', BASIC)).toEqual({
    ConnectionArn: expect.stringMatching(/^arn:aws:events:eu-west-1:123456789012:connection\/c\/[0-9a-f-]{36}$/),
    ConnectionState: 'AUTHORIZED',
    CreationTime: Date.UTC(2026, 0, 1),
    LastModifiedTime: Date.UTC(2026, 0, 1),
  });
  const described = await describeIt();
  expect(described).toMatchObject({
    ConnectionState: 'AUTHORIZED',
    AuthorizationType: 'BASIC',
    LastAuthorizedTime: Date.UTC(2026, 0, 1),
    AuthParameters: {
      BasicAuthParameters: { Username: 'me' },
      InvocationHttpParameters: {
        HeaderParameters: [
          { Key: 'X-Open', Value: 'seen', IsValueSecret: false },
          { Key: 'X-Closed', IsValueSecret: true },
        ],
      },
    },
  });
  expect(JSON.stringify(described)).not.toMatch(/pass|unseen/);
  const { Name, SecretString } = await secretOf(described.SecretArn);
  expect(Name).toMatch(/^events!connection\/c\/[0-9a-f-]{36}$/);
  expect(SecretString).toBe(
    '{"username":"me","password":"pass","invocation_http_parameters":{"header_parameters":[{"key":"X-Open","value":"seen","is_value_secret":false},{"key":"X-Closed","value":"unseen","is_value_secret":true}]}}',
  );
});

test('an update keeps what it does not name', async () => {
  const { events, secretOf, describeIt } = withSecrets();
  await events('CreateConnection', BASIC);
  await events('UpdateConnection', {
    Name: 'c',
    AuthorizationType: 'BASIC',
    AuthParameters: { BasicAuthParameters: { Password: 'other' } },
  });
  const { SecretArn } = await describeIt();
  const { SecretString = '' } = await secretOf(SecretArn);
  expect(JSON.parse(SecretString)).toMatchObject({
    username: 'me',
    password: 'other',
    invocation_http_parameters: { header_parameters: [{ key: 'X-Open' }, { key: 'X-Closed' }] },
  });
  expect(await describeIt()).toMatchObject({ AuthParameters: { BasicAuthParameters: { Username: 'me' } } });
});

test('a deauthorized connection has no parameters and no secret, says so, and makes its API destinations inactive', async () => {
  const { events, refusal, describeIt } = withSecrets();
  const { ConnectionArn } = (await events('CreateConnection', BASIC)) as { ConnectionArn: string };
  const destination = { Name: 'd', ConnectionArn, InvocationEndpoint: 'https://example.com', HttpMethod: 'POST' };
  expect(await events('CreateApiDestination', destination)).toMatchObject({ ApiDestinationState: 'ACTIVE' });
  expect(await events('DeauthorizeConnection', { Name: 'c' })).toMatchObject({ ConnectionState: 'DEAUTHORIZING' });
  expect(await describeIt()).toMatchObject({
    ConnectionState: 'DEAUTHORIZED',
    AuthParameters: {},
    StateReason: 'The authorization parameters were removed from this connection by a DeauthorizeConnection operation.',
  });
  expect(await events('DescribeApiDestination', { Name: 'd' })).toMatchObject({ ApiDestinationState: 'INACTIVE' });
  await events('DeauthorizeConnection', { Name: 'c' });
  await events('UpdateConnection', {
    Name: 'c',
    AuthorizationType: 'API_KEY',
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'k', ApiKeyValue: 'v' } },
  });
  expect(await describeIt()).toMatchObject({ ConnectionState: 'AUTHORIZED', AuthorizationType: 'API_KEY' });
  expect(await events('DeleteConnection', { Name: 'c' })).toMatchObject({ ConnectionState: 'DELETING' });
  expect(await refusal('DescribeConnection', { Name: 'c' })).toBe(
    "ResourceNotFoundException: Failed to describe the connection(s). Connection 'c' does not exist.",
  );
});

test('refusals', async () => {
  const { events, refusal } = withSecrets();
  await events('CreateConnection', BASIC);
  expect(await refusal('CreateConnection', BASIC)).toBe('ResourceAlreadyExistsException: Connection c already exists.');
  expect(await refusal('UpdateConnection', { Name: 'c', AuthParameters: BASIC.AuthParameters })).toBe(
    'ValidationException: Failed to update the connection(s). At least one of the following is required: Description, KmsKeyIdentifier, AuthorizationType with BasicAuthParameters, ApiKeyAuthParameters, or OAuthParameters.',
  );
  expect(await refusal('DescribeApiDestination', { Name: 'd' })).toBe(
    "ResourceNotFoundException: Failed to describe the api-destination(s). An api-destination 'd' does not exist.",
  );
});
