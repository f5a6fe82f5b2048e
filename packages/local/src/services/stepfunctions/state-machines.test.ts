// What Step Functions does with state machines, versions, aliases, tags and activities, through the dispatcher.
// "Recorded" are answers that LocalStack's tests recorded on AWS (tests/aws/services/stepfunctions/v2, the file
// named); "Model" is botocore's stepfunctions/2016-11-23.
import type { Operations } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Call } from '../../call.ts';
import type { Cloud } from '../../cloud.ts';
import { callerOf, createTestCloud, refusalOf, TEST_ACCOUNT, TEST_START, testCall } from '../../test-cloud.ts';
import { createIamService } from '../iam/service.ts';
import { createLogsService } from '../logs/service.ts';
import { createStepFunctionsService } from './service.ts';

let cloud: Cloud;
const states = callerOf('stepfunctions', () => cloud);
const logs = callerOf('logs', () => cloud);
const iam = callerOf('iam', () => cloud);

beforeEach(() => {
  cloud = createTestCloud(createStepFunctionsService, createIamService, createLogsService);
});

const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/orders`;
const arnOf = (resource: string) => `arn:aws:states:eu-west-1:${TEST_ACCOUNT}:${resource}`;
const machineArn = arnOf('stateMachine:orders');
const pass = (result: unknown = 1) =>
  JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Result: result, End: true } } });

type Create = Partial<Operations['CreateStateMachine']['input']>;
const create = (input: Create = {}) =>
  states('CreateStateMachine', { name: 'orders', definition: pass(), roleArn, ...input });
const describeMachine = (stateMachineArn = machineArn) => states('DescribeStateMachine', { stateMachineArn });
const update = (input: Partial<Operations['UpdateStateMachine']['input']>) =>
  states('UpdateStateMachine', { stateMachineArn: machineArn, ...input });
const publish = (input: Partial<Operations['PublishStateMachineVersion']['input']> = {}) =>
  states('PublishStateMachineVersion', { stateMachineArn: machineArn, ...input });
const versions = async () =>
  (await states('ListStateMachineVersions', { stateMachineArn: machineArn })).stateMachineVersions.map(
    ({ stateMachineVersionArn: arn }) => arn.split(':').at(-1),
  );

describe('state machines', () => {
  // Recorded: test_sfn_api, test_create_exact_duplicate_sm.
  test('one is made and described as it was sent', async () => {
    expect(await create()).toEqual({ stateMachineArn: machineArn, creationDate: TEST_START });
    expect(await describeMachine()).toEqual({
      stateMachineArn: machineArn,
      name: 'orders',
      status: 'ACTIVE',
      definition: pass(),
      roleArn,
      type: 'STANDARD',
      creationDate: TEST_START,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    });
  });

  // Recorded: test_sfn_api, test_create_exact_duplicate_sm; Model: roleArn and tags are not compared.
  test('the same made again is the old one, whatever its role', async () => {
    await create();
    await cloud.clock.advance(1000);
    expect(await create({ roleArn: `${roleArn}2`, tags: [{ key: 'a', value: 'b' }] })).toEqual({
      stateMachineArn: machineArn,
      creationDate: TEST_START,
    });
    expect((await describeMachine()).roleArn).toBe(roleArn);
  });

  // Recorded: test_sfn_api, test_create_duplicate_definition_format_sm and test_create_duplicate_sm_name.
  test.each([
    ['white space', { definition: `${pass()} ` }],
    ['definition', { definition: pass(2) }],
    ['type', { type: 'EXPRESS' }],
    ['tracing', { tracingConfiguration: { enabled: true } }],
  ] as const)('one of the same name and another %s is refused', async (_, input) => {
    await create();
    expect(await refusalOf(create(input))).toBe(
      `StateMachineAlreadyExists: State Machine Already Exists: '${machineArn}'`,
    );
  });

  // Recorded: test_sfn_api, test_create_delete_invalid_sm.
  test('a definition that is none is refused with its problem and place', async () => {
    expect(await refusalOf(create({ definition: '{"StartAt":"A"}' }))).toBe(
      "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'",
    );
  });

  // Recorded: test_sfn_api_activities, test_create_activity_invalid_name. Model: names of machines are of the same
  // kind.
  test.each(['or ders', 'a<b', 'a>b', 'a{b', 'a}b', 'a[b', 'a]b', 'a?b', 'a*b', 'a"b', 'a#b', 'a%b', 'a\\b', 'a^b'])(
    'the name %j is refused',
    async (name) => {
      expect(await refusalOf(create({ name }))).toBe(`InvalidName: Invalid Name: '${name}'`);
    },
  );
  test.each(['a|b', 'a~b', 'a`b', 'a$b', 'a&b', 'a,b', 'a;b', 'a:b', 'a/b', '\u0000a', 'a\u001f', 'a\u007f'])(
    'the name %j of an activity is refused',
    async (name) => {
      expect(await refusalOf(states('CreateActivity', { name }))).toBe(`InvalidName: Invalid Name: '${name}'`);
    },
  );

  // Recorded: test_sfn_api, test_create_update_state_machine_base_definition.
  test('an update gives a revision, and one that changes nothing keeps it', async () => {
    await create();
    const first = await update({ definition: pass(2) });
    expect(first).toEqual({ updateDate: TEST_START, revisionId: expect.stringMatching(/^[\da-f-]{36}$/) });
    expect(await describeMachine()).toMatchObject({ definition: pass(2), revisionId: first.revisionId });
    expect((await update({ definition: pass(2), roleArn })).revisionId).toBe(first.revisionId);
    expect((await update({ roleArn: `${roleArn}2` })).revisionId).not.toBe(first.revisionId);
  });

  // Recorded: test_sfn_api_versioning, test_empty_revision_with_publish_and_no_publish_on_creation.
  test('an update of a new machine that changes nothing has no revision, and publishes version 1 once', async () => {
    await create();
    const answer = { updateDate: TEST_START, stateMachineVersionArn: `${machineArn}:1` };
    expect(await update({ definition: pass(), publish: true })).toEqual(answer);
    expect(await update({ definition: pass(), publish: true })).toEqual(answer);
  });

  // Recorded: test_sfn_api, test_create_update_state_machine_base_update_none.
  test('an update of nothing is refused', async () => {
    await create();
    expect(await refusalOf(update({}))).toBe(
      'MissingRequiredParameter: Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    );
  });

  // Recorded: test_sfn_api_versioning, test_update_state_machine.
  test('a version cannot be updated', async () => {
    await create({ publish: true });
    expect(await refusalOf(update({ stateMachineArn: `${machineArn}:1`, definition: pass(2) }))).toBe(
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${machineArn}:1'`,
    );
  });

  // Recorded: test_sfn_api, test_delete_nonexistent_sm; Model: versions and aliases go with it.
  test('one is deleted with its versions, and so is none', async () => {
    await create({ publish: true });
    expect(await states('DeleteStateMachine', { stateMachineArn: machineArn })).toEqual({});
    expect(await states('DeleteStateMachine', { stateMachineArn: machineArn })).toEqual({});
    expect(await refusalOf(describeMachine())).toBe(
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${machineArn}'`,
    );
    await create();
    expect(await versions()).toEqual([]);
  });

  // Recorded: test_sfn_api, test_describe_invalid_arn_sm and test_list_execution_invalid_arn; test_sfn_api_express.
  test('ARNs that are none, and those of another kind', async () => {
    expect(await refusalOf(describeMachine('not_a_valid_arn'))).toBe(
      "InvalidArn: Invalid Arn: 'Invalid ARN prefix: not_a_valid_arn'",
    );
    expect(await refusalOf(describeMachine(arnOf('express:orders:a:b')))).toBe(
      "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'",
    );
  });

  // Recorded: test_sfn_api, test_list_sms and test_list_sms_pagination.
  test('they are listed by name, in pages', async () => {
    for (const name of ['c', 'a', 'b']) await create({ name, type: 'EXPRESS' });
    const first = await states('ListStateMachines', { maxResults: 2 });
    expect(first.stateMachines).toEqual(
      ['a', 'b'].map((name) => ({
        stateMachineArn: arnOf(`stateMachine:${name}`),
        name,
        type: 'EXPRESS',
        creationDate: TEST_START,
      })),
    );
    const second = await states('ListStateMachines', { maxResults: 2, nextToken: first.nextToken });
    expect(second.stateMachines.map(({ name }) => name)).toEqual(['c']);
    expect(second.nextToken).toBeUndefined();
    expect((await states('ListStateMachines', { maxResults: 0 })).stateMachines.length).toBe(3);
  });

  // Recorded: test_sfn_api, test_list_sms_pagination; test_sfn_api_aliasing.
  test('pages of more than a thousand and tokens of nobody are refused', async () => {
    expect(await refusalOf(states('ListStateMachines', { maxResults: 1001 }))).toBe(
      "ValidationException: 1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
    );
    expect(await refusalOf(states('ListStateMachines', { nextToken: 'x' }))).toBe(
      "InvalidToken: Invalid Token: 'Invalid token'",
    );
  });

  // Model: encryptionConfiguration; the default is a key of AWS's own.
  test('encryption with a key of the customer is refused by name', async () => {
    await create({ encryptionConfiguration: { type: 'AWS_OWNED_KEY' } });
    const encryptionConfiguration = { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'alias/a' } as const;
    const refusal = 'InvalidEncryptionConfiguration: Earwitness does not serve CUSTOMER_MANAGED_KMS_KEY.';
    expect(await refusalOf(create({ name: 'other', encryptionConfiguration }))).toBe(refusal);
    expect(await refusalOf(states('CreateActivity', { name: 'a', encryptionConfiguration }))).toBe(refusal);
  });
});

describe('logging', () => {
  const logGroupArn = `arn:aws:logs:eu-west-1:${TEST_ACCOUNT}:log-group:orders:*`;
  const destination = { cloudWatchLogsLogGroup: { logGroupArn } };

  // Recorded: test_sfn_api_logs, test_logging_configuration.
  test('a group that exists is taken', async () => {
    await logs('CreateLogGroup', { logGroupName: 'orders' });
    const loggingConfiguration = { level: 'ALL', includeExecutionData: true, destinations: [destination] } as const;
    await create({ loggingConfiguration });
    expect((await describeMachine()).loggingConfiguration).toEqual(loggingConfiguration);
  });

  // Recorded: test_sfn_api_logs, test_invalid_logging_configuration and test_multiple_destinations.
  test.each([
    { level: 'ALL' },
    { level: 'ERROR', destinations: [] },
    { level: 'ALL', destinations: [destination, destination] },
  ] as const)('anything but one destination is refused: %j', async (loggingConfiguration) => {
    expect(await refusalOf(create({ loggingConfiguration }))).toBe(
      'InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination.',
    );
  });

  // Recorded: test_sfn_api_logs, test_deleted_log_group.
  test('a group that is not there is refused', async () => {
    expect(await refusalOf(create({ loggingConfiguration: { level: 'ALL', destinations: [destination] } }))).toBe(
      'InvalidLoggingConfiguration: Invalid Logging Configuration: Log Destination not found.',
    );
  });
});

describe('versions', () => {
  // Recorded: test_sfn_api_versioning, test_create_publish_describe_with_version_description.
  test('a machine is made with its first version, which is described under its own ARN', async () => {
    expect(await create({ publish: true, versionDescription: 'first' })).toEqual({
      stateMachineArn: machineArn,
      creationDate: TEST_START,
      stateMachineVersionArn: `${machineArn}:1`,
    });
    expect(await describeMachine(`${machineArn}:1`)).toMatchObject({
      stateMachineArn: `${machineArn}:1`,
      description: 'first',
      name: 'orders',
    });
    expect((await describeMachine()).description).toBeUndefined();
  });

  // Recorded: test_sfn_api_versioning, test_create_with_version_description_no_publish.
  test('a description without publishing is refused', async () => {
    expect(await refusalOf(create({ versionDescription: 'first' }))).toBe(
      'ValidationException: Version description can only be set when publish is true',
    );
  });

  // Recorded: test_sfn_api_versioning, test_idempotent_publish and test_version_ids_between_deletions.
  test('a revision is published once, and numbers are never given twice', async () => {
    await create();
    expect((await publish()).stateMachineVersionArn).toBe(`${machineArn}:1`);
    expect((await publish()).stateMachineVersionArn).toBe(`${machineArn}:1`);
    await states('DeleteStateMachineVersion', { stateMachineVersionArn: `${machineArn}:1` });
    expect((await publish()).stateMachineVersionArn).toBe(`${machineArn}:2`);
    await update({ definition: pass(2) });
    await publish();
    expect(await versions()).toEqual(['3', '2']);
  });

  // Recorded: test_sfn_api_versioning, test_publish_state_machine_version.
  test('an older revision is not published', async () => {
    await create();
    const { revisionId } = await update({ definition: pass(2) });
    const { revisionId: current } = await update({ definition: pass(3) });
    expect(await refusalOf(publish({ revisionId }))).toBe(
      `ConflictException: Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current}.`,
    );
  });

  // Recorded: test_sfn_api_versioning, test_list_delete_version.
  test('one is deleted, and so is none', async () => {
    await create({ publish: true });
    const stateMachineVersionArn = `${machineArn}:1`;
    expect(await states('DeleteStateMachineVersion', { stateMachineVersionArn })).toEqual({});
    expect(await states('DeleteStateMachineVersion', { stateMachineVersionArn })).toEqual({});
    expect(await versions()).toEqual([]);
  });

  // Recorded: test_sfn_api_versioning, test_publish_state_machine_version_no_such_machine.
  test('of a machine that is not there none is published', async () => {
    expect(await refusalOf(publish())).toBe(`StateMachineDoesNotExist: State Machine Does Not Exist: '${machineArn}'`);
  });
});

describe('aliases', () => {
  const alias = (
    routes: readonly (readonly [version: string, weight: number])[],
    name = 'live',
    description?: string,
  ) =>
    states('CreateStateMachineAlias', {
      name,
      description,
      routingConfiguration: routes.map(([version, weight]) => ({
        stateMachineVersionArn: `${machineArn}${version}`,
        weight,
      })),
    });
  const stateMachineAliasArn = `${machineArn}:live`;

  beforeEach(async () => {
    await create({ publish: true });
    await update({ definition: pass(2), publish: true });
  });

  // Recorded: test_sfn_api_aliasing, test_base_lifecycle_create_update_describe.
  test('one is made, changed and described', async () => {
    expect(await alias([[':1', 100]])).toEqual({ stateMachineAliasArn, creationDate: TEST_START });
    await cloud.clock.advance(1000);
    expect(await states('UpdateStateMachineAlias', { stateMachineAliasArn, description: 'new' })).toEqual({
      updateDate: TEST_START + 1000,
    });
    expect(await states('DescribeStateMachineAlias', { stateMachineAliasArn })).toEqual({
      stateMachineAliasArn,
      name: 'live',
      description: 'new',
      routingConfiguration: [{ stateMachineVersionArn: `${machineArn}:1`, weight: 100 }],
      creationDate: TEST_START,
      updateDate: TEST_START + 1000,
    });
  });

  // Recorded: test_sfn_api_aliasing, test_error_create_alias_invalid_router_configs.
  test.each([
    [
      [
        [':1', 70],
        [':2', 29],
      ],
      'Sum of routing configuration weights must equal 100. Received: [70, 29]',
    ],
    [
      [
        [':1', 70],
        [':2', 31],
      ],
      'Sum of routing configuration weights must equal 100. Received: [70, 31]',
    ],
    [
      [
        [':1', 50],
        [':1', 50],
      ],
      `Routing configuration must contain distinct state machine version ARNs. Received: [${machineArn}:1, ${machineArn}:1]`,
    ],
    [[['', 100]], `Routing configuration must contain state machine version ARNs. Received: [${machineArn}]`],
  ] as const)('routes %j are refused', async (routes, sentence) => {
    expect(await refusalOf(alias(routes))).toBe(`ValidationException: ${sentence}`);
  });

  // Recorded: test_sfn_api_aliasing, test_error_create_alias_invalid_router_configs, weight_too_large.
  test('a weight of more than a hundred is refused', async () => {
    expect(await refusalOf(alias([[':1', 101]]))).toBe(
      "ValidationException: 1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must have value less than or equal to 100",
    );
  });

  // Recorded: test_sfn_api_aliasing, test_error_create_alias_invalid_name.
  test('a name of digits alone is refused', async () => {
    expect(await refusalOf(alias([[':1', 100]], '123'))).toBe(
      "ValidationException: 1 validation error detected: Value '123' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$",
    );
  });

  // Recorded: test_sfn_api_aliasing, test_idempotent_create_alias and test_error_create_alias_not_idempotent.
  test('the same made again is the old one; with another description or other routes it is refused', async () => {
    await alias([[':1', 100]], 'live', 'a');
    expect(await alias([[':1', 100]], 'live', 'a')).toEqual({ stateMachineAliasArn, creationDate: TEST_START });
    const refusal =
      'ConflictException: Failed to create alias because an alias with the same name and a different routing configuration already exists.';
    expect(await refusalOf(alias([[':1', 100]], 'live', 'b'))).toBe(refusal);
    expect(await refusalOf(alias([[':2', 100]], 'live', 'a'))).toBe(refusal);
  });

  // Recorded: test_sfn_api_aliasing, test_delete_version_with_alias.
  test('a version in use is not deleted', async () => {
    await alias([[':1', 100]]);
    const remove = states('DeleteStateMachineVersion', { stateMachineVersionArn: `${machineArn}:1` });
    expect(await refusalOf(remove)).toBe(
      'ConflictException: Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [live]',
    );
  });

  // Recorded: test_sfn_api_aliasing, test_update_no_such_alias_arn and test_delete_no_such_alias_arn.
  test('one that is not there is deleted, and not updated', async () => {
    expect(await states('DeleteStateMachineAlias', { stateMachineAliasArn })).toEqual({});
    expect(await refusalOf(states('UpdateStateMachineAlias', { stateMachineAliasArn, description: 'a' }))).toBe(
      'ResourceNotFound: Request references a resource that does not exist.',
    );
  });

  // Recorded: test_sfn_api_aliasing, test_list_state_machine_aliases_pagination_max_results_1_next_token.
  test('they are listed by name, in pages', async () => {
    for (const name of ['b', 'a']) await alias([[':1', 100]], name);
    const list = (input: { maxResults?: number; nextToken?: string | undefined }) =>
      states('ListStateMachineAliases', { stateMachineArn: machineArn, ...input });
    const first = await list({ maxResults: 1 });
    expect(first.stateMachineAliases).toEqual([{ stateMachineAliasArn: `${machineArn}:a`, creationDate: TEST_START }]);
    const second = await list({ nextToken: first.nextToken });
    expect(second).toEqual({
      stateMachineAliases: [{ stateMachineAliasArn: `${machineArn}:b`, creationDate: TEST_START }],
    });
  });
});

describe('tags', () => {
  const tagsOf = async (resourceArn: string) => (await states('ListTagsForResource', { resourceArn })).tags;

  // Recorded: test_sfn_api_tagging, test_create_state_machine, test_tag_state_machine and test_untag_state_machine.
  test('machines and activities have them', async () => {
    await create({ tags: [{ key: 'a', value: '1' }] });
    const { activityArn } = await states('CreateActivity', { name: 'a', tags: [{ key: 'c', value: '3' }] });
    expect(await tagsOf(activityArn)).toEqual([{ key: 'c', value: '3' }]);
    const tags = [{ key: 'a', value: '2' }, { key: 'b' }];
    expect(await states('TagResource', { resourceArn: machineArn, tags })).toEqual({});
    expect(await tagsOf(machineArn)).toEqual([
      { key: 'a', value: '2' },
      { key: 'b', value: '' },
    ]);
    expect(await states('UntagResource', { resourceArn: machineArn, tagKeys: ['a', 'nobody'] })).toEqual({});
    expect(await tagsOf(machineArn)).toEqual([{ key: 'b', value: '' }]);
    // Source: AWS's sentence for tags of its own, as its CloudFormation handlers have it.
    const system = 'ValidationException: aws: prefixed tag key names are not allowed for external use.';
    const own = [{ key: 'aws:owner', value: 'me' }];
    expect(await refusalOf(states('TagResource', { resourceArn: machineArn, tags: own }))).toBe(system);
    expect(await refusalOf(states('UntagResource', { resourceArn: machineArn, tagKeys: ['AWS:x'] }))).toBe(system);
    expect(await refusalOf(states('CreateActivity', { name: 'other', tags: own }))).toBe(system);
  });

  // Recorded: test_sfn_api_tagging, test_tag_state_machine_version.
  test('a version has none', async () => {
    await create({ publish: true });
    const tags = [{ key: 'a', value: '1' }];
    expect(await refusalOf(states('TagResource', { resourceArn: `${machineArn}:1`, tags }))).toBe(
      `ResourceNotFound: Resource not found: '${machineArn}:1'`,
    );
  });

  // Source: Step Functions developer guide, "Quotas related to tagging": 50 tags.
  test('fifty, no more', async () => {
    await create();
    const tags = Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: '' }));
    expect(await refusalOf(states('TagResource', { resourceArn: machineArn, tags }))).toMatch(/^TooManyTags: /);
  });
});

describe('activities', () => {
  const activityArn = arnOf('activity:pack');

  // Recorded: test_sfn_api_activities, test_create_describe_delete_activity and test_describe_deleted_activity.
  test('one is made, made again, described, listed and deleted twice', async () => {
    expect(await states('CreateActivity', { name: 'pack' })).toEqual({ activityArn, creationDate: TEST_START });
    await cloud.clock.advance(1000);
    expect(await states('CreateActivity', { name: 'pack' })).toEqual({ activityArn, creationDate: TEST_START });
    expect(await states('DescribeActivity', { activityArn })).toEqual({
      activityArn,
      name: 'pack',
      creationDate: TEST_START,
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    });
    expect(await states('ListActivities', {})).toEqual({
      activities: [{ activityArn, name: 'pack', creationDate: TEST_START }],
    });
    expect(await states('DeleteActivity', { activityArn })).toEqual({});
    expect(await states('DeleteActivity', { activityArn })).toEqual({});
    const refusal = `ActivityDoesNotExist: Activity Does Not Exist: '${activityArn}'`;
    expect(await refusalOf(states('DescribeActivity', { activityArn }))).toBe(refusal);
    expect(await refusalOf(states('GetActivityTask', { activityArn }))).toBe(refusal);
  });

  // Recorded: test_sfn_api_activities, test_describe_activity_invalid_arn.
  test('an ARN that is none is refused', async () => {
    expect(await refusalOf(states('DescribeActivity', { activityArn: 'no_an_activity_arn' }))).toBe(
      "InvalidArn: Invalid Arn: 'Invalid ARN prefix: no_an_activity_arn'",
    );
  });
});

describe('definitions are validated', () => {
  const validate = (definition: string, input: Partial<Operations['ValidateStateMachineDefinition']['input']> = {}) =>
    states('ValidateStateMachineDefinition', { definition, ...input });
  const failed = (diagnostic: object) => ({
    result: 'FAIL',
    diagnostics: [{ severity: 'ERROR', ...diagnostic }],
    truncated: false,
  });

  // Recorded: test_sfn_api_validation.
  test('a good one, an empty text, an empty object', async () => {
    expect(await validate(pass())).toEqual({ result: 'OK', diagnostics: [], truncated: false });
    expect(await validate('')).toEqual(
      failed({ code: 'SCHEMA_VALIDATION_FAILED', message: 'Definition must be a valid JSON object' }),
    );
    expect(await validate('{}')).toEqual(
      failed({
        code: 'SCHEMA_VALIDATION_FAILED',
        message: 'These fields are required: [States, StartAt]',
        location: '/',
      }),
    );
  });
});

describe('permissions', () => {
  const asRole: Omit<Call, 'requestId'> = { ...testCall, principal: { kind: 'role', arn: roleArn } };
  const allow = async (Action: string[], Resource = '*') => {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource }],
    });
    await iam('PutRolePolicy', { RoleName: 'orders', PolicyName: 'p', PolicyDocument });
  };
  beforeEach(async () => {
    const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    await iam('CreateRole', { RoleName: 'orders', AssumeRolePolicyDocument });
  });

  // Source: Service Authorization Reference, Step Functions: states:<Operation> on the state machine; iam:PassRole.
  test('a role needs the action, and leave to pass the role of the machine', async () => {
    const input = { name: 'orders', definition: pass(), roleArn };
    expect(await refusalOf(states('CreateStateMachine', input, asRole))).toBe(
      `AccessDeniedException: User: ${roleArn} is not authorized to perform: states:CreateStateMachine on resource: ${machineArn} because no identity-based policy allows the states:CreateStateMachine action`,
    );
    await allow(['states:CreateStateMachine']);
    expect(await refusalOf(states('CreateStateMachine', input, asRole))).toMatch(
      / perform: iam:PassRole on resource: /,
    );
    await allow(['states:CreateStateMachine', 'iam:PassRole']);
    expect(await refusalOf(states('CreateStateMachine', input, asRole))).toMatch(
      /^AccessDeniedException: Neither the global service principal states\.amazonaws\.com, nor the regional one is authorized to assume the provided role\.$/,
    );
  });

  // Source: AWS's sentence, as people quote it for services that are handed a role.
  test('a role of another account is refused, or taken with a warning when nobody made it', async () => {
    const input = { name: 'orders', definition: pass(), roleArn: 'arn:aws:iam::999999999999:role/theirs' };
    await states('CreateStateMachine', input);
    const warnings = cloud.journal.read().flatMap((fact) => (fact.kind === 'warning' ? [fact.message] : []));
    expect(warnings).toEqual([
      `AWS would refuse: Cross-account pass role is not allowed. The state machine is of account ${TEST_ACCOUNT}.`,
    ]);
    const trust = { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    await iam('CreateRole', { RoleName: 'theirs', AssumeRolePolicyDocument }, { ...testCall, account: '999999999999' });
    expect(await refusalOf(states('CreateStateMachine', { ...input, name: 'other' }))).toBe(
      'AccessDeniedException: Cross-account pass role is not allowed.',
    );
  });

  // Source: the sentence; roles of public templates (aws-samples, serverless-patterns: sfn-sqs).
  test('the role may trust the service by its regional name', async () => {
    const trust = {
      Effect: 'Allow',
      Principal: { Service: 'states.eu-west-1.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    await iam('CreateRole', { RoleName: 'regional', AssumeRolePolicyDocument });
    const regional = `arn:aws:iam::${TEST_ACCOUNT}:role/regional`;
    expect(await refusalOf(create({ roleArn: regional }))).toBe('not refused');
    expect(await refusalOf(create({ name: 'other', roleArn }))).toMatch(/^AccessDeniedException: /);
  });

  // Source: as above.
  test('what a role may be told of one machine it may not be told of another', async () => {
    await create({ roleArn: `${roleArn}2` });
    await create({ name: 'other', roleArn: `${roleArn}2` });
    await allow(['states:DescribeStateMachine'], machineArn);
    expect((await states('DescribeStateMachine', { stateMachineArn: machineArn }, asRole)).name).toBe('orders');
    const other = states('DescribeStateMachine', { stateMachineArn: arnOf('stateMachine:other') }, asRole);
    expect(await refusalOf(other)).toMatch(/^AccessDeniedException: /);
  });
});
