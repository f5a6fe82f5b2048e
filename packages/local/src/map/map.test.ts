import { expect, test } from 'vitest';
import { createIds } from '../ids.ts';
import { everyService } from '../services/every-service.ts';
import { createTestCloud, TEST_START, testCall } from '../test-cloud.ts';
import { createTwoNodes } from '../two-nodes.ts';
import { assembleMap } from './assemble.ts';
import { placeAtOwn } from './own-address.ts';
import { calledBy, delivers, resourceOf } from './share.ts';

const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };
const at = { account: '123456789012', region: 'eu-west-1' };

test('a service that another node has loaded is asked too', async () => {
  const services = everyService({ secret: 's3cret' });
  const { a, b, settled } = createTwoNodes({ ids: createIds(), address, services, frozenAt: TEST_START, seed: 1 });
  await a.cloud.dispatch.call('sns', 'CreateTopic', { Name: 'news' }, testCall);
  await settled();
  const { nodes } = await b.cloud.map(testCall);
  expect(nodes.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['bus default', 'notification-topic news']);
});

test('a service that nobody has loaded is not loaded for the map', async () => {
  const cloud = createTestCloud(...everyService({ secret: 's3cret' }));
  expect(await cloud.map(testCall)).toMatchObject({ nodes: [{ kind: 'bus', name: 'default' }], edges: [] });
  await cloud.close();
});

test('an arrow to what no service has is led to a stand-in, or to what does not exist', () => {
  const from = 'arn:aws:events:us-east-1:000000000000:rule/placed';
  const standIn = {
    ...{ account: '000000000000', region: 'us-east-1', stack: 'shop', logicalId: 'Jobs', type: 'AWS::Batch::JobQueue' },
    ...{ physicalId: 'jobs', arns: ['arn:aws:batch:us-east-1:000000000000:job-queue/jobs'], guessed: [] },
  };
  const ends = [
    'arn:aws:batch:us-east-1:000000000000:job-queue/jobs',
    'arn:aws:batch:us-east-1:000000000000:job-queue/others',
    'arn:aws:lambda:us-east-1:000000000000:function:gone:live',
    'arn:aws:logs:us-east-1:000000000000:log-group:audit:*',
    'https://partner.example/hook',
    'momento:earwitness/events',
  ];
  const { nodes } = assembleMap([{ nodes: [], edges: ends.map((to) => delivers(from, to)) }], {
    stacks: [],
    findStandIn: (arn) => (standIn.arns.includes(arn) ? standIn : undefined),
  });
  expect(
    nodes.slice(1).map(({ kind, name, state, standsIn, stack }) => ({ kind, name, state, standsIn, stack })),
  ).toEqual([
    { kind: 'stand-in', name: 'Jobs', standsIn: 'AWS::Batch::JobQueue is not served', stack: 'shop' },
    { kind: 'stand-in', name: 'others', standsIn: 'batch is not served' },
    { kind: 'function', name: 'gone', state: 'MISSING' },
    { kind: 'stand-in', name: 'audit' },
    { kind: 'api-destination', name: 'https://partner.example/hook' },
    { kind: 'topic', name: 'events' },
  ]);
});

test.each([
  ['http://127.0.0.1:4566/topics/earwitness/events', 'momento:earwitness/events'],
  ['https://localhost:4567/topics/my%20cache/a%2Fb?token=x', 'momento:my cache/a/b'],
  ['http://127.0.0.1:4566/_aws/execute-api/abc/prod/orders', 'api:abc'],
  ['http://127.0.0.1:4566/_aws/lambda-url/xyz/', 'http://127.0.0.1:4566/_aws/lambda-url/xyz/'],
  ['http://127.0.0.1:4568/topics/earwitness/events', undefined],
  ['https://partner.example/topics/earwitness/events', undefined],
  ['no url', undefined],
])('%s leads to %s', (url, place) => {
  expect(placeAtOwn(url, address)).toBe(place);
});

test('what the parameters of a call name in plain text is where it leads', () => {
  const called = (parameters: unknown) => calledBy(parameters, at);
  expect(called({ FunctionName: 'charge', Payload: {} })).toEqual([
    'arn:aws:lambda:eu-west-1:123456789012:function:charge',
  ]);
  expect(called({ QueueUrl: 'http://127.0.0.1:4566/000000000000/jobs' })).toEqual([
    'arn:aws:sqs:eu-west-1:000000000000:jobs',
  ]);
  expect(called({ Entries: [{ EventBusName: 'orders', Source: 'shop' }] })).toEqual([
    'arn:aws:events:eu-west-1:123456789012:event-bus/orders',
  ]);
  expect(called({ tableName: 'items' })).toEqual(['arn:aws:dynamodb:eu-west-1:123456789012:table/items']);
  expect(called({ 'QueueUrl.$': '$.url', QueueUrl: '$request.body.url', FunctionName: '{% $name %}' })).toEqual([]);
  expect(called({ RoleArn: 'arn:aws:iam::123456789012:role/any' })).toEqual([]);
});

test('an alias, a version and a stream of changes are of their resource', () => {
  expect(resourceOf('arn:aws:lambda:eu-west-1:123456789012:function:charge:live')).toMatch(/:function:charge$/);
  expect(resourceOf('arn:aws:states:eu-west-1:123456789012:stateMachine:flow:7')).toMatch(/:stateMachine:flow$/);
  expect(resourceOf('arn:aws:dynamodb:eu-west-1:1:table/items/stream/2026-01-01')).toMatch(/:table\/items$/);
  expect(resourceOf('arn:aws:sqs:eu-west-1:123456789012:jobs')).toMatch(/:jobs$/);
});
