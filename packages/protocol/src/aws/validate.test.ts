// The sentences marked with a source were recorded on AWS; the others follow the same form.
import { expect, test } from 'vitest';
import { ServiceError } from './errors.ts';
import type { ServiceModel } from './model.ts';
import { apigatewayModel } from './models/apigateway.ts';
import { cloudformationModel } from './models/cloudformation.ts';
import { eventsModel } from './models/events.ts';
import { iamModel } from './models/iam.ts';
import { secretsmanagerModel } from './models/secretsmanager.ts';
import { stsModel } from './models/sts.ts';
import { validateInput } from './validate.ts';

function refusal(model: ServiceModel, operation: string, input: unknown): string | undefined {
  try {
    validateInput(model, operation, input);
    return undefined;
  } catch (error) {
    return error instanceof ServiceError ? `${error.code}: ${error.message}` : String(error);
  }
}

test('input that fits is not refused', () => {
  expect(refusal(eventsModel, 'PutEvents', { Entries: [{ Source: 's' }] })).toBeUndefined();
  expect(refusal(eventsModel, 'DescribeRule', { Name: 'r', Unknown: {} })).toBeUndefined();
});

test('too many entries are printed as AWS prints them (recorded: PutEvents, eleven entries)', () => {
  const entry = { Source: 'a', DetailType: 't', Detail: '{}', Time: 1700000000123, Resources: ['r'] };
  const printed =
    'PutEventsRequestEntry(time=Tue Nov 14 22:13:20 UTC 2023, source=a, resources=[r], detailType=t, detail={}, eventBusName=null, traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)';
  expect(refusal(eventsModel, 'PutEvents', { Entries: new Array(11).fill(entry) })).toBe(
    `ValidationException: 1 validation error detected: Value '[${new Array(11).fill(printed).join(', ')}]' at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10`,
  );
});

test('members that are missing or wrong inside a list are named by their place in it', () => {
  expect(refusal(eventsModel, 'PutTargets', { Rule: 'r', Targets: [{ Id: 'ok', Arn: 'a' }, { Id: '!' }] })).toBe(
    "ValidationException: 2 validation errors detected: Value '!' at 'targets.2.member.id' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+; Value null at 'targets.2.member.arn' failed to satisfy constraint: Member must not be null",
  );
});

test('map keys are refused with all that a key has to be (recorded: InputPathsMap)', () => {
  const target = { Id: 't', Arn: 'a', InputTransformer: { InputPathsMap: { 'not ok': '$.a' }, InputTemplate: '<a>' } };
  expect(refusal(eventsModel, 'PutTargets', { Rule: 'r', Targets: [target] })).toBe(
    "ValidationException: 1 validation error detected: Value '{not ok=$.a}' at 'targets.1.member.inputTransformer.inputPathsMap' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [A-Za-z0-9\\_\\-]+]",
  );
});

test('text in a list is named by the list', () => {
  expect(refusal(cloudformationModel, 'ListStacks', { StackStatusFilter: ['CREATE_COMPLETE', 'GONE'] })).toMatch(
    /^ValidationError: 1 validation error detected: Value '\[CREATE_COMPLETE, GONE\]' at 'stackStatusFilter' failed to satisfy constraint: Member must satisfy constraint: \[Member must satisfy enum value set: \[CREATE_IN_PROGRESS, /,
  );
});

test('a value outside an enumeration is told the whole of it (recorded: AuthorizationType)', () => {
  const input = { Name: 'c', AuthorizationType: 'NONE', AuthParameters: {} };
  expect(refusal(eventsModel, 'CreateConnection', input)).toBe(
    "ValidationException: 1 validation error detected: Value 'NONE' at 'authorizationType' failed to satisfy constraint: Member must satisfy enum value set: [BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]",
  );
});

// LocalStack, test_create_connection_validations, January 2025.
test('of one value the pattern is told before the length (recorded: a name of a connection)', () => {
  const Name = 'This should fail with two errors 123467890123412341234123412341234';
  const input = { Name, AuthorizationType: 'INVALID', AuthParameters: {} };
  const about = `Value '${Name}' at 'name' failed to satisfy constraint:`;
  expect(refusal(eventsModel, 'CreateConnection', input)).toBe(
    `ValidationException: 3 validation errors detected: ${about} Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+; ${about} Member must have length less than or equal to 64; Value 'INVALID' at 'authorizationType' failed to satisfy constraint: Member must satisfy enum value set: [BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]`,
  );
});

// LocalStack, test_create_api_destination_invalid_parameters, December 2024; Lambda's and API Gateway's from its other
// snapshots.
test('enumerations are told in the order in which AWS has them (recorded: httpMethod of an API destination)', () => {
  const ConnectionArn = 'invalid-connection-arn';
  const input = { Name: 'a', ConnectionArn, InvocationEndpoint: 'https://a.example', HttpMethod: 'INVALID_METHOD' };
  const refused =
    "ValidationException: 2 validation errors detected: Value 'invalid-connection-arn' at 'connectionArn' failed to satisfy constraint: Member must satisfy regular expression pattern: ^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:connection\\/[\\.\\-_A-Za-z0-9]+\\/[\\-A-Za-z0-9]+$; Value 'INVALID_METHOD' at 'httpMethod' failed to satisfy constraint: Member must satisfy enum value set: [HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS]";
  expect(refusal(eventsModel, 'CreateApiDestination', input)).toBe(refused);
  expect(refusal(eventsModel, 'UpdateApiDestination', input)).toBe(refused);
  const method = { restApiId: 'a', resourceId: 'b', httpMethod: 'GET' };
  expect(refusal(apigatewayModel, 'PutIntegration', { ...method, type: 'LAMBDA' })).toContain(
    'Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]',
  );
});

// LocalStack, test_invalid_update_parameters, test_user_match_id_mismatch, March 2025.
test('IAM prints neither the value nor the enumeration (recorded: a status, an id)', () => {
  expect(refusal(iamModel, 'ListPolicies', { Scope: 'Wrong' })).toBe(
    "ValidationError: 1 validation error detected: Value at 'scope' failed to satisfy constraint: Member must satisfy enum value set",
  );
  expect(refusal(iamModel, 'GetRole', { RoleName: 'a b' })).toBe(
    "ValidationError: 1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
  );
  expect(
    refusal(stsModel, 'AssumeRole', { RoleArn: 'arn:aws:iam::123456789012:role/r', RoleSessionName: 'Session1:2' }),
  ).toBe(
    "ValidationError: 1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
  );
});

test('secrets are not printed', () => {
  expect(refusal(secretsmanagerModel, 'PutSecretValue', { SecretId: 's', SecretString: '' })).not.toContain("Value ''");
  const basic = { Username: 'u', Password: 'a\u0000secret' };
  const input = { Name: 'c', AuthorizationType: 'BASIC', AuthParameters: { BasicAuthParameters: basic } };
  expect(refusal(eventsModel, 'CreateConnection', input)).not.toContain('secret');
});
