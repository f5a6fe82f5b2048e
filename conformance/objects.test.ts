// What lies in S3 for others: templates and snippets for CloudFormation, code and layers for Lambda, through the SDKs.
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { IAM } from '@aws-sdk/client-iam';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { STS } from '@aws-sdk/client-sts';
import { createClock, type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeZip } from '../packages/local/src/functions/code/zip.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal({ clock: createClock({ frozenAt: Date.UTC(2026, 0, 1) }) });
});
afterAll(() => local.close());
beforeEach(async () => {
  await local.reset();
  await clients().s3.createBucket({ Bucket: 'wares' });
});

function clients(keys: { accessKeyId?: string; secretAccessKey?: string; sessionToken?: string } = {}) {
  const credentials = { accessKeyId: '111122223333', secretAccessKey: 'x', ...keys };
  const settings = { endpoint: local.url, region: 'us-east-1', credentials, maxAttempts: 1 };
  return {
    s3: new S3(settings),
    cfn: new CloudFormation(settings),
    lambda: new Lambda(settings),
    iam: new IAM(settings),
    sts: new STS(settings),
  };
}

const put = (Key: string, Body: string | Uint8Array) => clients().s3.putObject({ Bucket: 'wares', Key, Body });
const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => 'not refused',
    (error: Error) => `${error.name}: ${error.message}`,
  );
const outputsOf = async (StackName: string) => {
  const { Stacks: [stack] = [] } = await clients().cfn.describeStacks({ StackName });
  const entries = (stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]);
  return { status: stack?.StackStatus, ...Object.fromEntries(entries) };
};
const zipOf = (files: Record<string, string>) =>
  writeZip(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })));

const TEMPLATE = 'Resources: {Queue: {Type: AWS::SQS::Queue}}\nOutputs: {Name: {Value: !GetAtt Queue.QueueName}}';
const KEY = 'orders/2026-01-01T00:00:00Z/template.yaml';

describe('a template by URL', () => {
  test.each([
    ['https://s3.amazonaws.com/wares/'],
    ['https://s3.eu-west-1.amazonaws.com/wares/'],
    ['https://wares.s3.amazonaws.com/'],
    ['https://wares.s3.us-east-1.amazonaws.com/'],
    ['http://our-own/wares/'],
  ])('is read from %s', async (form) => {
    await put(KEY, TEMPLATE);
    const TemplateURL = form.replace('http://our-own', local.url) + KEY.replaceAll(':', '%3A');
    const { Capabilities, ...summary } = await clients().cfn.getTemplateSummary({ TemplateURL });
    expect([Capabilities, summary.ResourceTypes]).toEqual([undefined, ['AWS::SQS::Queue']]);
    await clients().cfn.validateTemplate({ TemplateURL });
    await clients().cfn.createStack({ StackName: 'orders', TemplateURL });
    expect(await outputsOf('orders')).toEqual({
      status: 'CREATE_COMPLETE',
      Name: expect.stringMatching(/^orders-Queue-/),
    });
    await put(KEY, TEMPLATE.replace('Type:', 'Properties: {QueueName: pears}, Type:'));
    await clients().cfn.createChangeSet({ StackName: 'orders', ChangeSetName: 'change', TemplateURL });
    await clients().cfn.executeChangeSet({ StackName: 'orders', ChangeSetName: 'change' });
    expect(await outputsOf('orders')).toEqual({ status: 'UPDATE_COMPLETE', Name: 'pears' });
  });

  // Sources: aws-quickstart/quickstart-bitnami-wordpress issue 76, aws-cloudformation/rain issue 538.
  test('whose object or bucket is not there is refused', async () => {
    const refusal = (path: string) =>
      refusalOf(clients().cfn.createStack({ StackName: 'orders', TemplateURL: `https://s3.amazonaws.com/${path}` }));
    const more = 'For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html';
    expect(await refusal('wares/none.yaml')).toBe(
      `ValidationError: S3 error: The specified key does not exist.\n${more}`,
    );
    expect(await refusal('nowhere/none.yaml')).toBe(
      `ValidationError: S3 error: The specified bucket does not exist\n${more}`,
    );
  });

  test('is read for its caller: a role that may not read it is refused', async () => {
    await put(KEY, TEMPLATE);
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' }],
    });
    const { Role } = await clients().iam.createRole({ RoleName: 'reader', AssumeRolePolicyDocument });
    const { Credentials } = await clients().sts.assumeRole({ RoleArn: Role?.Arn, RoleSessionName: 'reader' });
    const { cfn } = clients({
      accessKeyId: `${Credentials?.AccessKeyId}`,
      secretAccessKey: `${Credentials?.SecretAccessKey}`,
      sessionToken: `${Credentials?.SessionToken}`,
    });
    const TemplateURL = `https://s3.amazonaws.com/wares/${KEY}`;
    expect(await refusalOf(cfn.validateTemplate({ TemplateURL }))).toContain('ValidationError: S3 error: ');
  });
});

test('a nested stack and a snippet are read from S3', async () => {
  await put('nested.yaml', TEMPLATE);
  await put('snippet.yaml', 'Value: included');
  const TemplateBody = `
Resources:
  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: https://wares.s3.amazonaws.com/nested.yaml}}
  Parameter:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://wares/snippet.yaml}}}
Outputs:
  Name: {Value: !GetAtt Nested.Outputs.Name}
  Value: {Value: !GetAtt Parameter.Value}
`;
  const Capabilities = ['CAPABILITY_AUTO_EXPAND' as const];
  await clients().cfn.createStack({ StackName: 'parent', TemplateBody, Capabilities });
  expect(await outputsOf('parent')).toEqual({
    status: 'CREATE_COMPLETE',
    Value: 'included',
    Name: expect.stringMatching(/^parent-Nested-[A-Z0-9]{12}-Queue-/),
  });
  const again = TemplateBody.replace('nested.yaml', 'none.yaml');
  const refused = await refusalOf(
    clients().cfn.updateStack({ StackName: 'parent', TemplateBody: again, Capabilities }),
  );
  const { status } = await outputsOf('parent');
  expect(`${refused} ${status}`).toMatch(/S3 error: The specified key does not exist|UPDATE_ROLLBACK_COMPLETE/);
});

describe('code', () => {
  const Role = 'arn:aws:iam::111122223333:role/f';
  const settings = { FunctionName: 'hello', Role, Runtime: 'nodejs20.x', Handler: 'index.handler' } as const;
  const answer = async () => {
    const { Payload } = await clients().lambda.invoke({ FunctionName: 'hello' });
    return Buffer.from(Payload ?? []).toString();
  };
  const codeOf = (text: string) => zipOf({ 'index.js': `exports.handler = async () => ${text};` });

  test('of a function and of its layer is what lay in the bucket when it was given', async () => {
    await put('layer.zip', zipOf({ 'nodejs/words.js': `module.exports = 'of a layer';` }));
    const Content = { S3Bucket: 'wares', S3Key: 'layer.zip' };
    const { LayerVersionArn = '' } = await clients().lambda.publishLayerVersion({ LayerName: 'words', Content });
    await put('code.zip', codeOf(`require('/opt/nodejs/words')`));
    const Code = { S3Bucket: 'wares', S3Key: 'code.zip' };
    await clients().lambda.createFunction({ ...settings, Code, Layers: [LayerVersionArn] });
    expect(await answer()).toBe('"of a layer"');
    await put('code.zip', codeOf('2'));
    expect(await answer()).toBe('"of a layer"');
    await clients().lambda.updateFunctionCode({ FunctionName: 'hello', S3Bucket: 'wares', S3Key: 'code.zip' });
    expect(await answer()).toBe('2');
  });

  test('of a version of an object is that', async () => {
    await clients().s3.putBucketVersioning({ Bucket: 'wares', VersioningConfiguration: { Status: 'Enabled' } });
    const { VersionId: S3ObjectVersion } = await put('code.zip', codeOf('1'));
    await put('code.zip', codeOf('2'));
    const Code = { S3Bucket: 'wares', S3Key: 'code.zip', S3ObjectVersion };
    await clients().lambda.createFunction({ ...settings, Code });
    expect(await answer()).toBe('1');
  });

  // Source: aws-solutions/aws-waf-security-automations issue 135.
  test('that is not there is refused, by the call and by a stack', async () => {
    const Code = { S3Bucket: 'wares', S3Key: 'none.zip' };
    const sentence =
      'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.';
    expect(await refusalOf(clients().lambda.createFunction({ ...settings, Code }))).toBe(
      `InvalidParameterValueException: ${sentence}`,
    );
    const { FunctionName: _, ...properties } = settings;
    const TemplateBody = JSON.stringify({
      Resources: { Fn: { Type: 'AWS::Lambda::Function', Properties: { ...properties, Code } } },
    });
    await clients().cfn.createStack({ StackName: 'coded', TemplateBody });
    const { StackEvents = [] } = await clients().cfn.describeStackEvents({ StackName: 'coded' });
    expect(StackEvents.map((event) => event.ResourceStatusReason)).toContainEqual(expect.stringContaining(sentence));
  });

  test('of a bucket that is in another cloud stands in', async () => {
    await clients().lambda.createFunction({ ...settings, Code: { S3Bucket: 'elsewhere', S3Key: 'code.zip' } });
    expect(await answer()).toContain('its code, s3://elsewhere/code.zip, is not on this machine');
  });
});
