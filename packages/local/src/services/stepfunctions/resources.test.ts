// biome-ignore-all lint/suspicious/noTemplateCurlyInString: substitutions have that form
// State machines that templates make. "Recorded" are answers that LocalStack's tests recorded on AWS
// (tests/aws/services/stepfunctions/v2, the file named).
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployStack } from '../../deploying/deploy.ts';
import { startLocal } from '../../local.ts';
import { callerOf, refusalOf, TEST_ACCOUNT, testCall } from '../../test-cloud.ts';

const local = await startLocal();
const { cloud } = local;
const states = callerOf('stepfunctions', () => cloud);
const s3 = callerOf('s3', () => cloud);
let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'machines-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
  await local.close();
});

const roleArn = `arn:aws:iam::${TEST_ACCOUNT}:role/orders`;
const deploy = (name: string, template: object | string) =>
  deployStack(
    cloud,
    { name, template: typeof template === 'string' ? template : JSON.stringify(template), directory },
    { call: testCall, variables: async () => ({}) },
  );
const machineOf = (properties: object, more: object = {}) => ({
  Resources: {
    Orders: { Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: roleArn, ...properties } },
    ...more,
  },
  Outputs: {
    Arn: { Value: { Ref: 'Orders' } },
    Name: { Value: { 'Fn::GetAtt': 'Orders.Name' } },
    Revision: { Value: { 'Fn::GetAtt': 'Orders.StateMachineRevisionId' } },
  },
});
const describeMachine = (stateMachineArn = '') => states('DescribeStateMachine', { stateMachineArn });

// Recorded: test_sfn_api, test_cloudformation_definition_create_describe and …_definition_string_create_describe.
test('a Definition is kept with its keys sorted, a DefinitionString as it is', async () => {
  const States = { A: { Type: 'Pass', End: true } };
  const object = await deploy('object', machineOf({ Definition: { StartAt: 'A', States } }));
  expect((await describeMachine(object['Arn'])).definition).toBe(
    '{"StartAt":"A","States":{"A":{"End":true,"Type":"Pass"}}}',
  );
  const text = JSON.stringify({ StartAt: 'A', States }, undefined, 2);
  const string = await deploy('string', machineOf({ DefinitionString: text }));
  expect((await describeMachine(string['Arn'])).definition).toBe(text);
});

// Source: CloudFormation user guide, AWS::StepFunctions::StateMachine: return values; default name seen on AWS.
test('without a name it gets one of its own; Ref is the ARN, and a change gives a revision', async () => {
  const Definition = { StartAt: 'A', States: { A: { Type: 'Succeed' } } };
  const first = await deploy('named', machineOf({ Definition, Tags: [{ Key: 'a', Value: '1' }] }));
  expect(first['Name']).toMatch(/^Orders-[A-Z0-9]{12}$/);
  expect(first['Arn']).toBe(`arn:aws:states:eu-west-1:${TEST_ACCOUNT}:stateMachine:${first['Name']}`);
  expect(first['Revision']).toBe('INITIAL');
  const changed = { Definition: { ...Definition, Comment: 'b' }, Tags: [{ Key: 'b', Value: '2' }] };
  const second = await deploy('named', machineOf(changed));
  expect(second['Arn']).toBe(first['Arn']);
  expect(second['Revision']).toMatch(/^[\da-f-]{36}$/);
  expect((await states('ListTagsForResource', { resourceArn: second['Arn'] ?? '' })).tags).toContainEqual({
    key: 'b',
    value: '2',
  });
});

// Source: CloudFormation user guide, AWS::StepFunctions::StateMachine, DefinitionSubstitutions.
test('substitutions are text for text, and what has none stays', async () => {
  const { Arn } = await deploy(
    'substituted',
    machineOf({
      DefinitionString:
        '{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":${Pause},"Comment":"${Other}","End":true}}}',
      DefinitionSubstitutions: { Pause: 5 },
    }),
  );
  expect((await describeMachine(Arn)).definition).toBe(
    '{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":5,"Comment":"${Other}","End":true}}}',
  );
});

// Source: CloudFormation user guide, AWS::StepFunctions::StateMachine S3Location: "JSON or YAML file".
test('a definition comes from an object of S3, and may be YAML', async () => {
  await s3('CreateBucket', { Bucket: 'machines', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  const Body = new TextEncoder().encode('StartAt: A\nStates:\n  A: {Type: Succeed}\n');
  await s3('PutObject', { Bucket: 'machines', Key: 'orders.asl.yaml', Body });
  const location = { Bucket: 'machines', Key: 'orders.asl.yaml' };
  const { Arn } = await deploy('stored', machineOf({ DefinitionS3Location: location }));
  expect((await describeMachine(Arn)).definition).toBe('{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}');
});

const serverless = (properties: string) => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties:
${properties.replace(/^/gm, '      ')}
Outputs:
  Arn: {Value: !Ref Orders}
`;

// Source: AWS SAM developer guide, AWS::Serverless::StateMachine, DefinitionUri; `sam package` uploads a local path.
test('a DefinitionUri is a file beside the template, which the assessment names, and an edit of it is a change', async () => {
  const file = join(directory, 'orders.asl.json');
  await writeFile(file, '{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":${Pause},"End":true}}}');
  const template = serverless('DefinitionUri: orders.asl.json\nDefinitionSubstitutions: {Pause: 5}');
  const assessment = await local.assess({ name: 'sam', template, directory });
  expect([assessment.wrong, assessment.files]).toEqual([[], [file]]);
  const { Arn } = await deploy('sam', template);
  expect((await describeMachine(Arn)).definition).toContain('"Seconds":5');
  await writeFile(file, '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}');
  await deploy('sam', template);
  expect((await describeMachine(Arn)).definition).toBe('{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}');
});

test('a file that is not there is told with its path', async () => {
  const { wrong } = await local.assess({ name: 'none', template: serverless('DefinitionUri: none.json'), directory });
  expect(wrong).toEqual([
    { line: 8, message: `The file ${directory}/none.json cannot be read.`, mend: 'write none.json' },
  ]);
});

// Source: AWS SAM developer guide, AutoPublishAlias.
test('AutoPublishAlias publishes each revision and leads its alias there', async () => {
  const template = (comment: string) =>
    serverless(`AutoPublishAlias: live\nDefinition: {StartAt: A, Comment: ${comment}, States: {A: {Type: Succeed}}}`);
  const { Arn } = await deploy('published', template('one'));
  const stateMachineAliasArn = `${Arn}:live`;
  const routes = async () => (await states('DescribeStateMachineAlias', { stateMachineAliasArn })).routingConfiguration;
  expect(await routes()).toEqual([{ stateMachineVersionArn: `${Arn}:1`, weight: 100 }]);
  await deploy('published', template('two'));
  expect(await routes()).toEqual([{ stateMachineVersionArn: `${Arn}:2`, weight: 100 }]);
});

test('an activity is made and deleted with its stack', async () => {
  await deploy('activity', {
    Resources: { Pack: { Type: 'AWS::StepFunctions::Activity', Properties: { Name: 'pack' } } },
  });
  const activityArn = `arn:aws:states:eu-west-1:${TEST_ACCOUNT}:activity:pack`;
  expect((await states('DescribeActivity', { activityArn })).name).toBe('pack');
});

test('a definition that is wrong is told before anything is made, with its place', async () => {
  const template = `
Resources:
  Orders:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: ${roleArn}
      Definition:
        StartAt: A
`;
  const { wrong } = await local.assess({ name: 'wrong', template });
  expect(wrong).toMatchObject([
    { resource: 'Orders', message: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /' },
  ]);
});

test('a task that asks for what there is not is told before anything is made, in its line', async () => {
  const template = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: ${roleArn}
      Definition:
        StartAt: A
        States:
          A:
            Type: Task
            Resource: arn:aws:states:::dynamodb:query
            End: true
`;
  const { wrong } = await local.assess({ name: 'wrong', template });
  expect(wrong).toMatchObject([{ line: 13, message: expect.stringContaining('at /States/A/Resource') }]);
});

test('what is wrong in a file beside the template is told with its line there', async () => {
  await writeFile(
    join(directory, 'wrong.asl.json'),
    '{\n  "StartAt": "A",\n  "States": {\n    "A": {"Type": "Pas"}\n  }\n}',
  );
  const { wrong } = await local.assess({ name: 'w', template: serverless('DefinitionUri: wrong.asl.json'), directory });
  expect(wrong).toMatchObject([
    { line: 8, message: expect.stringMatching(/^wrong.asl.json:4: .* at \/States\/A\/Type$/) },
  ]);
});

test('a name that is taken is no new machine', async () => {
  await deploy(
    'first',
    machineOf({ StateMachineName: 'taken', DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}' }),
  );
  const second = deploy(
    'second',
    machineOf({ StateMachineName: 'taken', DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}' }),
  );
  await expect(second).rejects.toThrow(/taken/);
  expect(await refusalOf(describeMachine(`arn:aws:states:eu-west-1:${TEST_ACCOUNT}:stateMachine:taken`))).toBe(
    'not refused',
  );
});
