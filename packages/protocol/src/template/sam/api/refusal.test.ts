// What SAM refuses of APIs, in its sentences. Expected values are those of aws-sam-translator 1.110 for the same
// templates.
import { expect, test } from 'vitest';
import type { Problem } from '../../problem.ts';
import { createSource } from '../../source.ts';
import type { ValueMap } from '../../value.ts';
import { transformServerless } from '../transform.ts';

function problemsOf(Resources: ValueMap): string[] {
  const problems: Problem[] = [];
  transformServerless({ Resources }, { source: createSource(), parameters: {}, sha1: (text) => text, problems });
  return problems.map(({ message }) => message.replace(/^Resource with id \[\w+\] is invalid\. /, ''));
}

const rest = (Properties: ValueMap): ValueMap => ({
  Type: 'AWS::Serverless::Api',
  Properties: { StageName: 's', ...Properties },
});
const domain = (more: ValueMap) => rest({ Domain: { DomainName: 'a.com', CertificateArn: 'c', ...more } });

test.each<[ValueMap, string]>([
  [
    rest({ Auth: { Authorizers: { A: { UserPoolArn: 'p', Identity: 'x' } } } }),
    'Auth.Authorizers.<Authorizer>.Identity must be a dict (LambdaTokenAuthorizationIdentity, LambdaRequestAuthorizationIdentity or CognitoAuthorizationIdentity).',
  ],
  [
    rest({ GatewayResponses: { UNAUTHORIZED: { ResponseParameters: 'x' } } }),
    "Property 'GatewayResponses.UNAUTHORIZED.ResponseParameters' should be a map.",
  ],
  [
    rest({ EndpointConfiguration: { VPCEndpointIds: ['a'], VpcEndpointIds: ['b'] } }),
    "'VPCEndpointIds' and 'VpcEndpointIds' cannot be used together in EndpointConfiguration.",
  ],
  [
    rest({ DefinitionUri: 's3://b/k', DisableExecuteApiEndpoint: false }),
    "DisableExecuteApiEndpoint works only within 'DefinitionBody' property.",
  ],
  [rest({ FailOnWarnings: 'yes' }), "Type of property 'FailOnWarnings' is invalid."],
  [domain({ Route53: 'x' }), "Property 'Domain.Route53' should be a map."],
  [domain({ MutualTlsAuthentication: 'x' }), "Property 'Domain.MutualTlsAuthentication' should be a map."],
  [
    {
      Type: 'AWS::Serverless::HttpApi',
      Properties: { Auth: { Authorizers: { A: { JwtConfiguration: ['x'], IdentitySource: 'i' } } } },
    },
    "Property 'JwtConfiguration' should be a map.",
  ],
])('%j', (Api, message) => {
  expect(problemsOf({ Api })).toEqual([message]);
});

const fn = (event: ValueMap): ValueMap => ({
  Type: 'AWS::Serverless::Function',
  Properties: { CodeUri: 's3://b/k', Handler: 'a.b', Runtime: 'nodejs22.x', Events: { E: event } },
});

test('the properties of an event are a map', () => {
  expect(problemsOf({ Fn: fn({ Type: 'HttpApi', Properties: '/basic' }) })).toEqual([
    'Event with id [E] is invalid. Properties should be a map.',
  ]);
});

test.each<[ValueMap, readonly string[]]>([
  [
    { OverrideApiAuth: true },
    [
      'Event with id [E] is invalid. Must define one of: Authorizer, ApiKeyRequired or ResourcePolicy when using the OverrideApiAuth property.',
    ],
  ],
  [{ OverrideApiAuth: true, ApiKeyRequired: true }, []],
])('an event with Auth %j overrides that of the definition', (Auth, expected) => {
  const paths = { '/a': { get: { responses: {} } } };
  const Properties = { RestApiId: { Ref: 'Api' }, Path: '/a', Method: 'get', Auth };
  const Api = rest({ DefinitionBody: { swagger: '2.0', paths } });
  const resources = { Fn: fn({ Type: 'Api', Properties }), Api };
  expect(problemsOf(resources)).toEqual(expected);
});
