import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { startLocal } from '../local.ts';
import { createParts } from '../services/cloudformation/parts.ts';
import { everyResourceType } from '../services/every-resource-type.ts';
import { LAZY_SERVICES } from '../services/lazy-services.ts';
import { createAssessor } from './assessor.ts';

const local = await startLocal();
const assessor = createAssessor();
afterAll(() => local.close());
afterAll(() => assessor[Symbol.asyncDispose]());

const folder = new URL('../../../../conformance/templates/', import.meta.url);
const templates = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

test.each(templates)(
  'what would become of %s is the same with a local cloud that listens and without',
  async (name) => {
    const stack = { name: 'app', template: readFileSync(new URL(name, folder), 'utf8') };
    expect(await assessor.assess(stack)).toEqual(await local.assess(stack));
  },
);

test('every resource type that a service makes is assessed', () => {
  const made = local.cloud.services.flatMap(({ resources = [] }) => resources.map(({ type }) => type));
  const later = local.cloud.services.flatMap(({ laterResources = [] }) => laterResources);
  expect(later).toEqual(LAZY_SERVICES.flatMap(({ resources }) => resources ?? []));
  const assessed = everyResourceType(createParts(local.cloud, { rewriteOutputs: false }));
  expect(assessed.map(({ type }) => type).toSorted()).toEqual(made.toSorted());
});

test('an entry of the parameter store, a secret and a bus that nobody makes have to be given', async () => {
  const template = `
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { QueueName: '{{resolve:ssm:/shop/name}}-{{resolve:secretsmanager:shop}}' }
  Rule:
    Type: AWS::Events::Rule
    Properties: { EventBusName: shop, EventPattern: { source: [shop] } }
`;
  const { toGive } = await assessor.assess({ name: 'app', template });
  expect(toGive.map(({ kind, name }) => `${kind} ${name}`).toSorted()).toEqual([
    'event bus shop',
    'secret shop',
    'stored parameter /shop/name',
  ]);
});

test('the environment has the variables that a local cloud has', () => {
  expect(Object.keys(assessor.env)).toEqual(Object.keys(local.env));
});

test('strictly, a target that is refused says how it may stand in; a circle says where it begins', async () => {
  await using strict = createAssessor({ strict: true });
  const template = `
Resources:
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [shop] }
      Targets: [{ Id: orders, Arn: arn:aws:batch:us-east-1:000000000000:job-queue/Orders, RoleArn: arn:aws:iam::000000000000:role/r }]
  One: { Type: AWS::SQS::Queue, DependsOn: Other }
  Other: { Type: AWS::SQS::Queue, DependsOn: One }
`;
  const { wrong } = await strict.assess({ name: 'app', template });
  expect(wrong.map(({ line, message, mend }) => ({ line, message, mend }))).toEqual([
    {
      line: 7,
      message:
        "Earwitness does not deliver to targets of the service 'batch' (target orders: arn:aws:batch:us-east-1:000000000000:job-queue/Orders).",
      mend: "let it stand in: unserved: { 'batch': 'stand-in' }",
    },
    { line: 8, message: 'Circular dependency between resources: [One, Other]', mend: undefined },
  ]);
});
