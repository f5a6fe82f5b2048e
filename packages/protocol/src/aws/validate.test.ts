// The sentences marked with a source were recorded on AWS; the others follow the same form.
import { expect, test } from 'vitest';
import { ServiceError } from './errors.ts';
import type { ServiceModel } from './model.ts';
import { cloudformationModel } from './models/cloudformation.ts';
import { eventsModel } from './models/events.ts';
import { secretsmanagerModel } from './models/secretsmanager.ts';
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

test('secrets are not printed', () => {
  expect(refusal(secretsmanagerModel, 'PutSecretValue', { SecretId: 's', SecretString: '' })).not.toContain("Value ''");
  const basic = { Username: 'u', Password: 'a\u0000secret' };
  const input = { Name: 'c', AuthorizationType: 'BASIC', AuthParameters: { BasicAuthParameters: basic } };
  expect(refusal(eventsModel, 'CreateConnection', input)).not.toContain('secret');
});
