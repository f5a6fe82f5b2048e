// The kit's `cloud` as a test uses it, against a started local cloud: beside it (EARWITNESS_URL), and as against AWS,
// by the SDK's endpoint alone.
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import { cloud, InvocationError, NotLocalError, subscribe } from 'earwitness';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const TEMPLATE = `
Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: orders, DelaySeconds: 600 } }
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
  CreateOrder:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          exports.handler = async ({ id, fail }) => {
            console.log('order', id);
            if (fail) throw new TypeError('no order ' + id);
            return id === undefined ? undefined : { id, placed: true };
          };
Outputs:
  FunctionName: { Value: !Ref CreateOrder }
  QueueUrl: { Value: !Ref Queue }
  FunctionArn: { Value: !GetAtt CreateOrder.Arn }
`;

let local: Local;
let before: NodeJS.ProcessEnv;
let outputs: Record<string, string>;

beforeEach(async () => {
  before = { ...process.env };
  local = await startLocal();
  Object.assign(process.env, local.env);
  outputs = await local.deploy({ name: 'shop', template: TEMPLATE });
});

afterEach(async () => {
  await local.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => 'not refused',
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe('beside a local cloud', () => {
  test('advance moves the clock, and a message that was delayed can be received', async () => {
    const client = new SQSClient({});
    const { QueueUrl } = outputs;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late' }));
    const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 });
    expect((await client.send(receive)).Messages).toBe(undefined);
    const began = local.clock.now();
    const { now } = await cloud.advance(600_000);
    expect(now).toBeLessThanOrEqual(local.clock.now());
    expect(now).toBeGreaterThanOrEqual(began + 600_000);
    expect((await client.send(receive)).Messages).toMatchObject([{ Body: 'late' }]);
    client.destroy();
  });

  test('advance refuses what is no time, before anything is asked', async () => {
    const journal = local.journal.newest;
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(await refusalOf(cloud.advance(ms))).toBe(
        `ConfigurationError: cloud.advance() takes a number of milliseconds, 0 or more and not Infinity, but got ${ms}.`,
      );
    }
    expect(local.journal.newest).toBe(journal);
  });

  test('purge forgets what ran through the resources, and keeps them; who listens goes on listening', async () => {
    const { QueueUrl = '' } = outputs;
    const client = new SQSClient({});
    await local.relay();
    await using events = await subscribe();
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'left by another test' }));
    await cloud.invoke('CreateOrder', { id: 7 });
    const before = await cloud.state();
    expect(before.queues).toContainEqual(expect.objectContaining({ name: 'orders', delayed: 1 }));

    await cloud.purge();

    const after = await cloud.state();
    expect(after.queues).toContainEqual(expect.objectContaining({ name: 'orders', visible: 0, hidden: 0, delayed: 0 }));
    expect(after.stacks).toEqual(before.stacks);
    expect(await cloud.logs('CreateOrder')).toEqual([]);
    expect((await cloud.journal({ kind: 'function.invoked' })).facts).toEqual([]);
    const { id } = await cloud.send({ source: 'shop', 'detail-type': 'OrderCreated', detail: {}, bus: 'shop' });
    await events.waitForMessageMatching({ id });
    client.destroy();
  });

  test('send takes events of AWS services, and the cloud says why it does not take one', async () => {
    await using events = await subscribe({ buses: ['shop'] });
    const event = { source: 'aws.s3', 'detail-type': 'Object Created', detail: { object: { key: 'a.csv', size: 1 } } };
    const time = new Date('2026-11-22T14:00:00Z');
    const { id } = await cloud.send({ ...event, time, bus: 'shop' });
    expect(await events.waitForMessageMatching({ id })).toMatchObject({ ...event, time: '2026-11-22T14:00:00Z' });
    expect(await refusalOf(cloud.send({ ...event, bus: 'shopp' }))).toBe(
      'TransportError: the local cloud refused: There is no event bus shopp. Did you mean shop?',
    );
  });

  test('invoke and logs take a name, an ARN, a logical id, alone or with its stack', async () => {
    const { FunctionName = '', FunctionArn = '' } = outputs;
    for (const name of ['CreateOrder', 'shop.CreateOrder', FunctionName, FunctionArn, `${FunctionArn}:$LATEST`]) {
      const { payload, log } = await cloud.invoke(name, { id: 7 });
      expect(payload).toEqual({ id: 7, placed: true });
      expect(log).toEqual([expect.stringMatching(/\tINFO\torder 7$/)]);
      await cloud.logs(name, { since: Number.MAX_SAFE_INTEGER });
    }
    expect((await cloud.invoke('CreateOrder')).payload).toBe(null);
    expect(await cloud.logs('CreateOrder')).toHaveLength(6 * 4);
  });

  test('a name that no function has, or that several have, is answered with those there are', async () => {
    await local.deploy({ name: 'other', template: TEMPLATE.replaceAll(/Name: (shop|orders)/g, 'Name: other-$1') });
    expect(await refusalOf(cloud.invoke('CreateOrder'))).toBe(
      'ConfigurationError: cloud.invoke(): CreateOrder is the name of several functions. Say which: other.CreateOrder, shop.CreateOrder.',
    );
    expect(await refusalOf(cloud.logs('shop.CreatOrder'))).toBe(
      'ConfigurationError: cloud.logs(): there is no function shop.CreatOrder. Did you mean shop.CreateOrder? There is: other.CreateOrder, shop.CreateOrder.',
    );
    expect(await refusalOf(cloud.invoke('pay'))).toBe(
      'ConfigurationError: cloud.invoke(): there is no function pay. There is: other.CreateOrder, shop.CreateOrder.',
    );
  });

  test('the journal is read by kind and from a time on, and says what it dropped', async () => {
    await cloud.advance(1000);
    const { now } = await cloud.advance(2000);
    const { facts, droppedFacts } = await cloud.journal({ kind: 'clock.advanced' });
    expect(facts.map(({ byMs }) => byMs)).toEqual([1000, 2000]);
    expect(droppedFacts).toBe(0);
    await cloud.advance(3000);
    await expect(Reflect.apply(cloud.journal, cloud, [{ kind: 'delivery.atempted' }])).rejects.toThrow(
      /^cloud\.journal\(\): no fact is of the kind "delivery\.atempted"\. Did you mean "delivery\.attempted"\? There is: call, /,
    );
    const { facts: later } = await cloud.journal({ since: now });
    expect(later.map(({ kind }) => kind)).toEqual(['clock.advanced']);
  });

  test('a cloud that does not answer is named', async () => {
    const url = process.env['EARWITNESS_URL'];
    await local.close();
    const calls = [cloud.advance(1), cloud.purge(), cloud.journal(), cloud.state()];
    const sentence = `TransportError: the local cloud at ${url} does not answer`;
    expect(await Promise.all(calls.map(refusalOf))).toEqual(calls.map(() => sentence));
  });
});

describe('as on AWS', () => {
  beforeEach(() => {
    // From here on it is AWS for all that the kit knows.
    delete process.env['EARWITNESS_URL'];
  });

  test('send publishes by PutEvents, and what the bus refuses is said with its code', async () => {
    await using events = await subscribe({ buses: ['shop'] });
    const time = new Date('2026-11-22T14:00:00Z');
    const resources = ['arn:aws:s3:::uploads'];
    const event = { source: 'shop', 'detail-type': 'OrderCreated', detail: { id: 7 }, resources, time };
    const { id } = await cloud.send({ ...event, bus: 'shop' });
    expect(await events.waitForMessageMatching({ id })).toMatchObject({ ...event, time: '2026-11-22T14:00:00Z', id });
    expect(await refusalOf(cloud.send({ source: '', 'detail-type': 'x', detail: {} }))).toBe(
      'TransportError: cloud.send(): the bus refused the event: Parameter Source is not valid. Reason: Source is a required argument.',
    );
  });

  test('invoke takes a name, an ARN, and a logical id with its stack', async () => {
    const { FunctionName = '', FunctionArn = '' } = outputs;
    for (const name of ['shop.CreateOrder', FunctionName, FunctionArn, `${FunctionArn}:$LATEST`]) {
      const { payload, log } = await cloud.invoke(name, { id: 7 });
      expect(payload).toEqual({ id: 7, placed: true });
      expect(log).toEqual([expect.stringMatching(/\tINFO\torder 7$/)]);
    }
    expect(await refusalOf(cloud.invoke('CreateOrder'))).toMatchInlineSnapshot(
      `"TransportError: cloud.invoke(): Function not found: arn:aws:lambda:us-east-1:000000000000:function:CreateOrder. On AWS a logical id is written with its stack: "stack.LogicalId""`,
    );
    expect(await refusalOf(cloud.invoke('shop.CreateOrdr'))).toMatchInlineSnapshot(
      `"TransportError: cloud.invoke(): Resource CreateOrdr does not exist for stack shop"`,
    );
    expect(await refusalOf(cloud.invoke('shopp.CreateOrder'))).toMatchInlineSnapshot(
      `"TransportError: cloud.invoke(): Stack 'shopp' does not exist"`,
    );
  });

  test('a function that fails fails the test that invokes it, with its stack and its log', async () => {
    const failed = await cloud.invoke('shop.CreateOrder', { id: 7, fail: true }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(InvocationError);
    expect(failed).toMatchObject({ name: 'InvocationError', payload: { errorType: 'TypeError' } });
    expect(String(failed).replace(/\S+Z {2}[-0-9a-f]{36}/, 'TIME  ID')).toMatchInlineSnapshot(`
      "InvocationError: shop.CreateOrder failed: TypeError: no order 7

        at exports.handler (/var/task/index.js:3:19)

        Log
          TIME  ID  INFO  order 7"
    `);
  });

  test('logs are those of the function since this process began, and none before it ran', async () => {
    expect(await cloud.logs('shop.CreateOrder')).toEqual([]);
    await cloud.invoke('shop.CreateOrder', { id: 7 });
    const lines = await cloud.logs('shop.CreateOrder');
    expect(lines.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^START RequestId: /),
      expect.stringMatching(/\tINFO\torder 7$/),
      expect.stringMatching(/^END RequestId: /),
      expect.stringMatching(/^REPORT RequestId: /),
    ]);
    const since = (lines.at(-1)?.at ?? 0) + 1;
    expect(await cloud.logs('shop.CreateOrder', { since })).toEqual([]);
  });

  test('what only a local cloud has is refused by name, with what to use instead', async () => {
    const s3 = { source: 'aws.s3', 'detail-type': 'Object Created', detail: {} };
    const calls = [cloud.advance(1), cloud.purge(), cloud.journal(), cloud.state(), cloud.send(s3)];
    expect(await Promise.all(calls.map(refusalOf))).toMatchInlineSnapshot(`
      [
        "NotLocalError: cloud.advance() needs a local cloud, and EARWITNESS_URL is not set: the time of AWS cannot be moved. On AWS, give retries, delays and schedules short times by parameters of the stack, and a longer timeoutMs to waits. See docs/guide/state.md.",
        "NotLocalError: cloud.purge() needs a local cloud, and EARWITNESS_URL is not set: emptying a queue of AWS takes up to a minute, can be done once a minute, and takes away messages of others. On AWS, give each test an id of its own and await what has it (docs/guide/isolation.md). See docs/guide/state.md.",
        "NotLocalError: cloud.journal() needs a local cloud, and EARWITNESS_URL is not set: AWS keeps no account of what became of an event. On AWS, await the event with subscribe(), what failed with deadLetters(), and read what a function logged with cloud.logs(). See docs/guide/state.md.",
        "NotLocalError: cloud.state() needs a local cloud, and EARWITNESS_URL is not set: an account of AWS belongs to others too, and is not told by one answer. On AWS, ask the service in question by its SDK. See docs/guide/state.md.",
        "NotLocalError: cloud.send() of an event of aws.s3 needs a local cloud, and EARWITNESS_URL is not set: PutEvents takes no source that begins with "aws.". On AWS, do what makes the service publish it, such as putting the object into its bucket. See docs/guide/state.md.",
      ]
    `);
    await expect(cloud.purge()).rejects.toBeInstanceOf(NotLocalError);
  });
});
