// A destination that is broken on purpose: by the admin API, as the console's page does, and by the test kit.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import type { FactOf } from '@earwitness/protocol/internal/journal/fact';
import { cloud } from 'earwitness';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';

const TEMPLATE = {
  Parameters: { PartnerUrl: { Type: 'String' } },
  Resources: {
    Connection: {
      Type: 'AWS::Events::Connection',
      Properties: {
        AuthorizationType: 'API_KEY',
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: 'k' } },
      },
    },
    Partner: {
      Type: 'AWS::Events::ApiDestination',
      Properties: {
        Name: 'partner',
        ConnectionArn: { 'Fn::GetAtt': ['Connection', 'Arn'] },
        InvocationEndpoint: { Ref: 'PartnerUrl' },
        HttpMethod: 'POST',
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' },
        },
        Policies: [
          {
            PolicyName: 'all',
            PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
          },
        ],
      },
    },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'copies' } },
    ToPartner: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['shop'] },
        Targets: [
          {
            Id: 'partner',
            Arn: { 'Fn::GetAtt': ['Partner', 'Arn'] },
            RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
          },
        ],
      },
    },
    ToQueue: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['copied'] },
        Targets: [
          {
            Id: 'queue',
            Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
            RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
          },
        ],
      },
    },
  },
};

let local: Local;
let partner: Server;
let partnerUrl: string;
let requests = 0;
beforeAll(async () => {
  partner = createServer((request, response) => {
    requests++;
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => partner.listen(0, '127.0.0.1', resolve));
  // What listens on a port has such an address.
  partnerUrl = `http://127.0.0.1:${(partner.address() as AddressInfo).port}`;
  local = await startLocal();
  const parameters = { PartnerUrl: `${partnerUrl}/hook` };
  await local.deploy({ name: 'shop', template: JSON.stringify(TEMPLATE), parameters });
  vi.stubEnv('EARWITNESS_URL', `${local.url}/_earwitness`);
});
afterEach(() => cloud.purge());
afterAll(async () => {
  vi.unstubAllEnvs();
  await local.close();
  partner.close();
});

const send = (source = 'shop') => cloud.send({ source, 'detail-type': 'Placed', detail: {} });

/** The attempts at a delivery, once there are so many. */
async function attempts(count: number): Promise<readonly FactOf<'delivery.attempted'>[]> {
  for (let asked = 0; asked < 2000; asked++) {
    const { facts } = await cloud.journal({ kind: 'delivery.attempted' });
    if (facts.length >= count) return facts;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`There were no ${count} attempts.`);
}

const told = (facts: readonly FactOf<'delivery.attempted'>[]) =>
  facts.map(({ outcome, isInjected = false, ...fact }) => ({
    outcome,
    isInjected,
    ...('cause' in fact && { cause: fact.cause }),
  }));

test('a partner that is broken twice gets the event with the third attempt', async () => {
  await cloud.fault('partner', { status: 503 }, { times: 2 });
  await send();
  await attempts(1);
  await cloud.advance(10_000);
  expect(told(await attempts(3))).toEqual([
    { outcome: 'retry', isInjected: true, cause: 'answered 503 Service Unavailable' },
    { outcome: 'retry', isInjected: true, cause: 'answered 503 Service Unavailable' },
    { outcome: 'delivered', isInjected: false },
  ]);
  expect(requests).toBe(1);
});

test('a partner that is slow is delivered to late, or not in time, by the cloud’s clock', async () => {
  const remove = await cloud.fault('shop.Partner', { delayMs: 2000 });
  await send();
  await cloud.advance(2000);
  expect(told(await attempts(1))).toEqual([{ outcome: 'delivered', isInjected: true }]);
  await cloud.fault('shop.Partner', { delayMs: 6000 });
  await send();
  await cloud.advance(5000);
  expect(told(await attempts(2))[1]).toEqual({ outcome: 'retry', isInjected: true, cause: 'no answer within 5 s' });
  await remove();
  await cloud.advance(60_000);
  expect(told(await attempts(3))[2]).toEqual({ outcome: 'delivered', isInjected: false });
});

test('connections are refused until the remover is called or disposed of', async () => {
  {
    await using _broken = await cloud.fault(`${partnerUrl}/hook`, 'refused');
    await send();
    expect(told(await attempts(1))).toEqual([{ outcome: 'retry', isInjected: true, cause: 'connection refused' }]);
  }
  await cloud.advance(10_000);
  expect(told(await attempts(2))[1]).toEqual({ outcome: 'delivered', isInjected: false });
});

test('a queue that is broken is tried again as a target, and refuses who sends', async () => {
  await cloud.fault('copies', { status: 500 }, { times: 1 });
  await send('copied');
  await attempts(1);
  await cloud.advance(10_000);
  expect(told(await attempts(2))).toEqual([
    { outcome: 'retry', isInjected: true },
    { outcome: 'delivered', isInjected: false },
  ]);
});

test('what stands is told, and purge takes it away', async () => {
  await cloud.fault('copies', { status: 429 }, { times: 7 });
  const standing = async () => (await fetch(`${local.url}/_earwitness/faults`)).json();
  const target = 'arn:aws:sqs:us-east-1:000000000000:copies';
  expect(await standing()).toEqual({ faults: [{ target, fault: { status: 429 }, times: 7 }] });
  await cloud.purge();
  expect(await standing()).toEqual({ faults: [] });
});

test('a fault is taken away by its name, also when its destination has gone', async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const sqs = new SQSClient({ endpoint: local.url, region: 'us-east-1', credentials });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'late' }));
  const mend = await cloud.fault('late', 'refused');
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  await mend();
  expect(await (await fetch(`${local.url}/_earwitness/faults`)).json()).toEqual({ faults: [] });
});

test('a name that leads nowhere is refused with what was meant, or what there is', async () => {
  await expect(cloud.fault('partnr', 'refused')).rejects.toThrow(
    'the local cloud refused: There is no API destination, queue, function or SNS topic partnr before which a fault could stand. Did you mean partner?',
  );
  await expect(cloud.fault('x', 'refused')).rejects.toThrow(
    /There is: .*(partner \(api destination\).*copies \(queue\)|copies \(queue\).*partner \(api destination\))\.$/,
  );
  await expect(cloud.fault('partner', { status: 99 })).rejects.toThrow('status is a number from 300 to 599, not 99.');
});

test('on AWS it is refused with what to do there', async () => {
  vi.stubEnv('EARWITNESS_URL', '');
  await expect(cloud.fault('partner', 'refused')).rejects.toThrow(
    'cloud.fault() needs a local cloud, and EARWITNESS_URL is not set: nobody can break what others run. On AWS, point the destination at a server of the test that answers so (docs/guide/state.md). See docs/guide/state.md.',
  );
  vi.stubEnv('EARWITNESS_URL', `${local.url}/_earwitness`);
});
