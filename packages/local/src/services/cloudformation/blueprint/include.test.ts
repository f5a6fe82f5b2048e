// AWS::Include. Source: CloudFormation user guide, "AWS::Include transform"; AWS CLI, cloudformation package
// (AWS::Include is among the resources whose Location is a local file).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createTestCloud, refusalOf, testCall } from '../../../test-cloud.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createCloudFormationService } from '../service.ts';
import { drawBlueprint } from './draw.ts';

const cloud = createTestCloud(createSqsService, createCloudFormationService);
const folder = mkdtempSync(join(tmpdir(), 'earwitness-include-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'queue.yaml'), 'DelaySeconds: 5\nQueueName: !Sub "${AWS::StackName}-q"\n');
writeFileSync(join(folder, 'more.json'), '{"Mappings": {"M": {"a": {"b": "c"}}}}');
writeFileSync(
  join(folder, 'circle.yaml'),
  'Fn::Transform: {Name: AWS::Include, Parameters: {Location: circle.yaml}}\n',
);

function draw(templateBody: string, tags = [{ Key: 'earwitness:template-directory', Value: folder }]) {
  const { account, region } = testCall;
  return drawBlueprint(cloud, {
    templateBody,
    given: [],
    placement: { account, region, stackName: 'orders', stackId: 'arn:stack', notificationArns: [] },
    tags,
    call: { ...testCall, requestId: 'r' },
  });
}

const including = (location: string) => `Parameters: {Name: {Type: String, Default: queue}}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 7
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: ${location}}}
`;

test.each(['queue.yaml', './queue.yaml', '!Sub "${Name}.yaml"'])(
  'the members of %s stand where it is included',
  async (location) => {
    const { resources } = await draw(including(location));
    expect(resources['Queue']?.properties).toEqual({
      VisibilityTimeout: 7,
      DelaySeconds: 5,
      QueueName: { 'Fn::Sub': '${AWS::StackName}-q' },
    });
  },
);

test("a template's own transform includes sections", async () => {
  const { template } = await draw(`Transform: {Name: AWS::Include, Parameters: {Location: more.json}}
Resources: {Queue: {Type: AWS::SQS::Queue}}
`);
  expect([template.mappings, template.transforms]).toEqual([{ M: { a: { b: 'c' } } }, []]);
});

test.each([
  [
    's3://bucket/routes.yaml',
    'Transform AWS::Include failed with: Earwitness has no object s3://bucket/routes.yaml. (line 7)',
  ],
  ['gone.yaml', `Transform AWS::Include failed with: The file ${folder}/gone.yaml cannot be read. (line 7)`],
  ['circle.yaml', 'Transform AWS::Include failed with: circle.yaml is included in itself. (line 7)'],
  [
    '!GetAtt Queue.Arn',
    'Transform AWS::Include failed with: Its parameters can name parameters of the template only (line 7)',
  ],
])('the snippet %s is refused by name', async (location, message) => {
  expect(await refusalOf(draw(including(location)))).toBe(`ValidationError: ${message}`);
});

test('a relative location needs the folder of the template', async () => {
  expect(await refusalOf(draw(including('queue.yaml'), []))).toBe(
    'ValidationError: Transform AWS::Include failed with: The location queue.yaml is a relative path, and nothing says where it starts. (line 7)',
  );
});
