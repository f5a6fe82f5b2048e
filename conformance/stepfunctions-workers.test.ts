// Tasks of state machines as others do them: workers in processes of their own (boto3), one of which is killed with a
// task in its hands; a function that is called; a task that a test mocks over the admin API.
import { spawn } from 'node:child_process';
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createClock, type Local, startLocal } from '@earwitness/local';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findInterpreter } from '../packages/local/src/functions/python/interpreter.ts';
import { hasBoto3 } from './boto3.ts';

const START = Date.UTC(2026, 0, 1, 12);
const ROLE = 'arn:aws:iam::000000000000:role/machine';
let local: Local;
let sfn: SFNClient;
beforeEach(async () => {
  local = await startLocal({ clock: createClock({ frozenAt: START }) });
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  sfn = new SFNClient({ endpoint: local.url, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterEach(async () => {
  sfn.destroy();
  await local.close();
});

async function start(states: object): Promise<string> {
  const [StartAt] = Object.keys(states);
  const definition = JSON.stringify({ StartAt, States: states });
  const made = { name: 'orders', definition, roleArn: ROLE };
  const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand(made));
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"box":1}' }));
  await local.clock.advance(0);
  return executionArn;
}

const outcomeOf = async (executionArn: string) => {
  const { status, output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  return { status, output, error, cause };
};

/** Takes a task, says so, and answers it when it is told to. */
const WORKER = `
import boto3, json, sys
sfn = boto3.client('stepfunctions')
task = sfn.get_activity_task(activityArn=sys.argv[1], workerName=sys.argv[2])
print(task['input'], flush=True)
sys.stdin.readline()
sfn.send_task_success(taskToken=task['taskToken'], output=json.dumps(sys.argv[2]))
print('sent', flush=True)
`;

async function createWorker(activityArn: string, name: string) {
  const interpreter = await findInterpreter('python3.12');
  const env = { ...process.env, ...local.env };
  const child = spawn(interpreter?.file ?? 'python3', ['-c', WORKER, activityArn, name], { env });
  const lines: string[] = [];
  let heard = () => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.split('\n').filter((line) => line !== ''));
    heard();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const line = async (count: number) => {
    while (lines.length < count) await new Promise<void>((resolve) => (heard = resolve));
    return lines[count - 1];
  };
  return { child, line, ended };
}

// Source: Step Functions developer guide, "Activities": a heartbeat that is missed fails the task, Retry hands it out again.
test.skipIf(!hasBoto3)(
  'a worker that dies with a task is noticed by its heartbeat, and another one gets it',
  async () => {
    const { activityArn = '' } = await sfn.send(new CreateActivityCommand({ name: 'pack' }));
    const Retry = [{ ErrorEquals: ['States.HeartbeatTimeout'], IntervalSeconds: 1, MaxAttempts: 1 }];
    const Pack = { Type: 'Task', Resource: activityArn, HeartbeatSeconds: 60, Retry, End: true };
    const executionArn = await start({ Pack });
    const first = await createWorker(activityArn, 'first');
    expect(await first.line(1)).toBe('{"box":1}');
    first.child.kill('SIGKILL');
    await first.ended;
    await local.clock.advance(61_000);
    const second = await createWorker(activityArn, 'second');
    expect(await second.line(1)).toBe('{"box":1}');
    second.child.stdin.write('\n');
    expect(await second.line(2)).toBe('sent');
    await second.ended;
    await local.clock.advance(0);
    expect(await outcomeOf(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"second"' });
  },
);

const TEMPLATE = `
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: [lambda.amazonaws.com, states.amazonaws.com]}, Action: 'sts:AssumeRole'}]
      Policies:
        - PolicyName: own
          PolicyDocument: {Statement: [{Effect: Allow, Action: 'lambda:InvokeFunction', Resource: '*'}]}
  Charge:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code: {ZipFile: 'exports.handler = async ({ amount }) => { if (amount > 10) { const error = new Error("no money"); error.name = "Declined"; throw error } return { paid: amount } }'}
  Orders:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: orders
      RoleArn: !GetAtt Role.Arn
      Definition:
        StartAt: Charge
        States:
          Charge:
            Type: Task
            Resource: arn:aws:states:::lambda:invoke
            Parameters: {FunctionName: !Ref Charge, Payload.$: $}
            OutputPath: $.Payload
            Catch: [{ErrorEquals: [Declined], Next: Refuse}]
            End: true
          Refuse: {Type: Fail, Error: Refused, CausePath: $.Error}
Outputs:
  Arn: {Value: !Ref Orders}
`;

test('a function is called, and a test says over the admin API what it answers instead', async () => {
  const { Arn: stateMachineArn } = await local.deploy({ name: 'shop', template: TEMPLATE });
  const run = async (amount: number) => {
    const input = JSON.stringify({ amount });
    const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
    await local.clock.advance(0);
    return outcomeOf(executionArn);
  };
  expect(await run(7)).toMatchObject({ status: 'SUCCEEDED', output: '{"paid":7}' });
  expect(await run(11)).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'Declined' });
  const say = async (body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${local.url}/_earwitness/task-results`, init);
    return [response.status, await response.json()];
  };
  const mocked = { Charge: [{ Throw: { Error: 'Declined', Cause: 'mocked' } }] };
  expect(await say({ stateMachines: { orders: mocked } })).toEqual([200, {}]);
  expect(await run(7)).toMatchObject({ status: 'FAILED', error: 'Refused' });
  expect(await say({ stateMachines: { orders: { Change: mocked.Charge } } })).toEqual([
    400,
    { error: 'State machine "orders" has no state "Change". Did you mean "Charge"? Its tasks: "Charge".' },
  ]);
  expect(await say({ stateMachines: { orders: {} } })).toEqual([200, {}]);
  expect(await run(7)).toMatchObject({ status: 'SUCCEEDED', output: '{"paid":7}' });
});
