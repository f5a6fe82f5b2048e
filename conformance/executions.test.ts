// The test kit's execution() and cloud.mockTasks(), beside state machines that run here.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type Local, startLocal } from '@earwitness/local';
import {
  ConfigurationError,
  cloud,
  EventNotReceivedError,
  ExecutionError,
  execution,
  NotLocalError,
  subscribe,
  TransportError,
} from 'earwitness';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Charge:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: |
        exports.handler = async ({ amount }) => {
          if (amount === 77) throw Object.assign(new Error('not today'), { name: 'Soft' });
          if (amount > 100) throw Object.assign(new Error('too much: ' + amount), { name: 'CardDeclined' });
          return { paid: amount };
        };
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: order-flow
      Policies: [{ LambdaInvokePolicy: { FunctionName: !Ref Charge } }]
      Events:
        Created:
          Type: EventBridgeRule
          Properties: { Pattern: { source: [shop] }, InputPath: $.detail }
      Definition:
        StartAt: Check
        States:
          Check: { Type: Pass, Next: Pay }
          Pay:
            Type: Task
            Resource: !GetAtt Charge.Arn
            ResultPath: $.payment
            Retry: [{ ErrorEquals: [Busy], IntervalSeconds: 3600 }]
            Catch: [{ ErrorEquals: [Soft], ResultPath: null, Next: Done }]
            Next: Cool down
          Cool down: { Type: Wait, SecondsPath: $.seconds, Next: Done }
          Done: { Type: Succeed }
Outputs:
  Machine: { Value: !Ref Orders }
`;

let local: Local;
let before: NodeJS.ProcessEnv;
let stateMachineArn: string | undefined;
beforeAll(async () => {
  before = { ...process.env };
  local = await startLocal();
  Object.assign(process.env, local.env);
  ({ Machine: stateMachineArn } = await local.deploy({ name: 'shop', template: TEMPLATE }));
});
afterEach(() => cloud.mockTasks('Orders', {}));
afterAll(async () => {
  await local.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

async function start(input: object, name?: string): Promise<string> {
  const client = new SFNClient({});
  const asked = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), name });
  const { executionArn = '' } = await client.send(asked);
  client.destroy();
  return executionArn;
}

async function failureOf(awaited: Promise<unknown>): Promise<Error> {
  return awaited.then(
    () => new Error('it was met'),
    (error: Error) => error,
  );
}

test('an execution that succeeds gives its output and the path it took', async () => {
  const arn = await start({ amount: 20, seconds: 0 }, 'run-1');
  expect(await execution(arn)).toEqual({
    arn,
    name: 'run-1',
    status: 'SUCCEEDED',
    input: { amount: 20, seconds: 0 },
    output: { amount: 20, seconds: 0, payment: { paid: 20 } },
    error: undefined,
    cause: undefined,
    path: ['Check', 'Pay', 'Cool down', 'Done'],
  });
});

test('an execution that a rule starts is found by its machine and its input', async () => {
  const client = new EventBridgeClient({});
  const entry = { Source: 'shop', DetailType: 'OrderCreated', Detail: '{"id":"o-7","amount":1,"seconds":0}' };
  await client.send(new PutEventsCommand({ Entries: [entry] }));
  client.destroy();
  for (const stateMachine of ['Orders', 'shop.Orders', 'order-flow', `${stateMachineArn}`]) {
    const { output } = await execution({ stateMachine, input: { id: 'o-7' } });
    expect(output).toMatchObject({ id: 'o-7', payment: { paid: 1 } });
  }
});

test('one that fails throws a page with the state, the error, where the function threw it, and the path', async () => {
  const error = await failureOf(execution(await start({ amount: 200, seconds: 0 }, 'run-2')));
  expect(error).toBeInstanceOf(ExecutionError);
  expect(error.message.replace(/^ +at .*\n/gm, '')).toMatchInlineSnapshot(`
    "execution run-2 of order-flow FAILED in Pay: CardDeclined

      expected: SUCCEEDED

      CardDeclined: too much: 200

      path: Check → Pay ✗

      input: { amount: 200, seconds: 0 }"
  `);
  const failed = await execution(await start({ amount: 200, seconds: 0 }), { status: 'FAILED' });
  expect([failed.error, failed.path]).toEqual(['CardDeclined', ['Check', 'Pay']]);
});

test('one that waits is told to, and ends when the clock is advanced', async () => {
  const arn = await start({ amount: 1, seconds: 86_400 }, 'run-3');
  const error = await failureOf(execution(arn, { timeoutMs: 200 }));
  expect(error).toBeInstanceOf(EventNotReceivedError);
  expect(error.message).toMatchInlineSnapshot(`
    "execution run-3 of order-flow did not end within 200 ms

      it is RUNNING, in Cool down, which goes on in 24 h
      await cloud.advance(86_400_000) brings that;
      by hand: npx earwitness time +24h

      path: Check → Pay → Cool down

      input: { amount: 1, seconds: 86400 }"
  `);
  await cloud.advance(82_800_000);
  expect((await failureOf(execution(arn, { timeoutMs: 100 }))).message).toContain(
    'in Cool down, which goes on in 1 h\n',
  );
  await cloud.advance(3_600_000);
  expect((await execution(arn)).path).toContain('Done');
});

test('tasks are mocked by their state’s name, call by call, and the function is not called', async () => {
  await cloud.mockTasks('Orders', {
    Pay: [{ Throw: { Error: 'Busy', Cause: 'try later' } }, { Return: { paid: 'mock' } }],
  });
  const arn = await start({ amount: 200, seconds: 0 });
  await cloud.advance(3_600_000);
  expect((await execution(arn)).output).toMatchObject({ payment: { paid: 'mock' } });
  const { facts } = await cloud.journal({ kind: 'task.attempted' });
  const own = facts.filter(({ executionArn }) => executionArn === arn);
  expect(own.map(({ outcome, isMocked }) => [outcome, isMocked])).toEqual([
    ['failed', true],
    ['succeeded', true],
  ]);
});

test('mocks of what is not there are refused', async () => {
  expect((await failureOf(cloud.mockTasks('Order', {}))).message).toBe(
    'cloud.mockTasks(): there is no state machine Order. Did you mean Orders?',
  );
  const misspelt = await failureOf(cloud.mockTasks('Orders', { Paz: { Return: 1 } }));
  expect(misspelt).toBeInstanceOf(TransportError);
  expect(misspelt.message).toBe(
    'the local cloud refused: State machine "order-flow" has no state "Paz". Did you mean "Pay"? Its tasks: "Pay".',
  );
});

test('the page of an event that did not come tells which execution failed on its way', async () => {
  await using events = await subscribe({ buses: ['default'] });
  const client = new EventBridgeClient({});
  const entry = { Source: 'shop', DetailType: 'OrderCreated', Detail: '{"id":"o-8","amount":200,"seconds":0}' };
  await client.send(new PutEventsCommand({ Entries: [entry] }));
  client.destroy();
  await execution({ stateMachine: 'Orders', input: { id: 'o-8' } }, { status: 'FAILED' });
  const missed = events.waitForMessageMatching(
    { 'detail-type': 'OrderPaid', detail: { id: 'o-8' } },
    { timeoutMs: 100 },
  );
  const error = await failureOf(missed);
  expect(error.message).toContain('no event matched within 100 ms: function Charge threw\n');
  expect(error.message).toMatch(
    /Cause +function Charge threw CardDeclined: too much: 200\n +at \/var\/task\/index.js:3\n/,
  );
  expect(error.message).toMatch(/! execution order-flow\/\S+ failed at\s+Pay: CardDeclined: too much: 200$/);
});

async function pageOf(detail: object): Promise<string> {
  await using events = await subscribe({ buses: ['default'] });
  const client = new EventBridgeClient({});
  const Entries = [{ Source: 'shop', DetailType: 'OrderCreated', Detail: JSON.stringify(detail) }];
  await client.send(new PutEventsCommand({ Entries }));
  client.destroy();
  return (await failureOf(events.waitForMessageMatching({ 'detail-type': 'OrderPaid' }, { timeoutMs: 400 }))).message;
}

test('a failure that the state machine caught is not the cause', async () => {
  expect(await pageOf({ id: 'o-9', amount: 77, seconds: 0 })).not.toMatch(/Cause|function Charge threw\n/);
});

test('an execution that waits is the cause, and the page says what to do', async () => {
  const page = await pageOf({ id: 'o-10', amount: 1, seconds: 86_400 });
  expect(page).toContain('no event matched within 400 ms: state machine order-flow waits in Cool down\n');
  expect(page).toMatch(/Cause +an execution of order-flow is in state Cool down, which goes on in\s+24 h\n/);
  expect(page).toMatch(/await cloud.advance\(86_400_000\) brings that;\n +by hand: npx earwitness time \+24h\n/);
  await cloud.mockTasks('Orders', { Pay: { Throw: { Error: 'Busy' } } });
  const again = await pageOf({ id: 'o-11', amount: 1, seconds: 0 });
  expect(again).toMatch(/in state Pay, which failed: Busy;\s+attempt 2 of 4 comes in 1 h\n/);
});

test('what cannot be an execution is refused at once', async () => {
  const refused = [
    execution('order-flow'),
    execution('arn:aws:states:us-east-1:000000000000:express:a:b:c'),
    // @ts-expect-error -- such a status there is not
    execution('arn:aws:states:us-east-1:000000000000:execution:a:b', { status: 'DONE' }),
  ];
  for (const one of refused) expect(await failureOf(one)).toBeInstanceOf(ConfigurationError);
  const unknown = await failureOf(execution(`${stateMachineArn?.replace('stateMachine', 'execution')}:none`));
  expect(unknown.message).toMatch(/^execution\(\): Execution Does Not Exist: /);
});

test('mocking needs a local cloud', async () => {
  const { EARWITNESS_URL } = process.env;
  delete process.env['EARWITNESS_URL'];
  const error = await failureOf(cloud.mockTasks('Orders', {}));
  process.env['EARWITNESS_URL'] = EARWITNESS_URL;
  expect(error).toBeInstanceOf(NotLocalError);
});
