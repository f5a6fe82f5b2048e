// JWT authorizers whose issuer is a server of the test. Sources: API Gateway developer guide, "Control access to HTTP
// APIs with JWT authorizers" (the steps) and "Troubleshooting issues with HTTP API JWT authorizers" (the header).
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Local, startLocal } from '../../local.ts';
import { isAsked } from './jwt.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

let local: Local;
let issuer: string;
let url: string;
let asked = 0;
const server = createServer((request, response) => {
  asked++;
  const isDiscovery = request.url === '/.well-known/openid-configuration';
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] };
  response.end(JSON.stringify(isDiscovery ? { jwks_uri: `${issuer}/keys` } : jwks));
});

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  local = await startLocal();
  const template = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Own
        Authorizers:
          Own: { IdentitySource: $request.header.Authorization, JwtConfiguration: { issuer: '${issuer}', audience: [shop] } }
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: 'exports.handler = async ({ requestContext: { authorizer } }) => ({ statusCode: 200, body: JSON.stringify(authorizer) });'
      Events:
        Any: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /orders, Method: get } }
        Scoped: { Type: HttpApi, Properties: { ApiId: !Ref Api, Path: /scoped, Method: get, Auth: { AuthorizationScopes: [read, write] } } }
Outputs:
  Url: { Value: !GetAtt Api.ApiEndpoint }
`;
  const { wrong, standsIn } = await local.assess({ name: 'jwt', template });
  expect({ wrong, standsIn }).toEqual({ wrong: [], standsIn: [] });
  url = String((await local.deploy({ name: 'jwt', template }))['Url']);
});
afterAll(async () => {
  server.close();
  await local.close();
});

const HEAD = { alg: 'RS256', kid: 'one' };
const now = () => Math.floor(local.cloud.clock.now() / 1000);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function tokenOf(more: object = {}, { head = HEAD as object, key = privateKey } = {}): string {
  const claims = { iss: issuer, aud: 'shop', sub: 'kim', iat: now() - 10, exp: now() + 60, ...more };
  const text = `${part(head)}.${part(claims)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}

async function ends(token: string | undefined, path = '/orders') {
  const response = await fetch(
    `${url}${path}`,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  );
  return [response.status, response.headers.get('www-authenticate'), (await response.json()) as unknown];
}

const invalid = (why: string) => [
  401,
  `Bearer scope="" error="invalid_token" error_description="${why}"`,
  { message: 'Unauthorized' },
];

test('a good token comes in, and functions see its claims; keys are asked for once', async () => {
  const [status, , seen] = await ends(tokenOf());
  expect([status, seen]).toEqual([
    200,
    { jwt: { claims: expect.objectContaining({ sub: 'kim', aud: 'shop', iss: issuer }), scopes: null } },
  ]);
  expect((await ends(tokenOf({ aud: undefined, client_id: 'shop' })))[0]).toBe(200);
  expect((await ends(tokenOf({ aud: ['other', 'shop'] })))[0]).toBe(200);
  expect(asked).toBe(2);
});

test('what is wrong with a token is told', async () => {
  expect(await ends(undefined)).toEqual([401, 'Bearer', { message: 'Unauthorized' }]);
  expect(await ends('x')).toEqual(invalid('the token is not a JSON Web Token'));
  const unsigned = invalid('the token has an invalid signature');
  expect(await ends(tokenOf({}, { key: stranger }))).toEqual(unsigned);
  expect(await ends(tokenOf({}, { head: { alg: 'none' } }))).toEqual(unsigned);
  expect(await ends(tokenOf({}, { head: { alg: 'HS256', kid: 'one' } }))).toEqual(unsigned);
  expect(await ends(tokenOf({}, { head: { alg: 'RS256', kid: 'two' } }))).toEqual(unsigned);
  expect(await ends(tokenOf({ iss: 'https://other.example' }))).toEqual(
    invalid('the token does not have a valid issuer'),
  );
  expect(await ends(tokenOf({ aud: 'other' }))).toEqual(invalid('the token does not have a valid audience'));
  expect(await ends(tokenOf({ exp: now() }))).toEqual(invalid('the token has expired'));
  expect(await ends(tokenOf({ nbf: now() + 60 }))).toEqual(invalid('the token is not valid yet'));
  const reasons = local.journal.read().flatMap((fact) => (fact.kind === 'request.answered' ? [fact.reason] : []));
  expect(reasons.at(-1)).toBe('the authorizer Own refused: the token is not valid yet');
});

test('one of the scopes of a route is needed', async () => {
  const [status, , seen] = await ends(tokenOf({ scope: 'read all' }), '/scoped');
  expect([status, seen]).toMatchObject([200, { jwt: { scopes: ['read', 'all'] } }]);
  expect(await ends(tokenOf({ scope: 'all' }), '/scoped')).toEqual([
    403,
    'Bearer scope="read write" error="insufficient_scope" error_description="the token has none of the scopes read write"',
    { message: 'Forbidden' },
  ]);
});

// Last: it leads the clock on.
test('a token ends by the clock of the cloud', async () => {
  const token = tokenOf();
  await local.cloud.clock.advance(61_000);
  expect(await ends(token)).toEqual(invalid('the token has expired'));
});

test.each([
  ['http://keycloak:8080/realms/shop', true],
  ['https://127.0.0.1:8443', true],
  ['https://localhost:8443', true],
  ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a', false],
  ['', false],
])('the issuer %j is asked: %s', (address, expected) => {
  expect(isAsked(address)).toBe(expected);
});
