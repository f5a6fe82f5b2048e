// `dev --data DIR`: who kills it with `kill -9` and starts it again has everything that was acknowledged.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, expect, test } from 'vitest';
import { freePort, natsServer } from '../../packages/local/src/backbone/nats/test-server.ts';
import { cli, earwitness } from './run.ts';
import { pause } from './team.ts';

const folder = mkdtempSync(join(tmpdir(), 'earwitness-kept-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

writeFileSync(
  join(folder, 'template.yaml'),
  `Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: { QueueName: orders }
  Stock:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: stock
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Answer:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: answer
      Runtime: nodejs20.x
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/any
      Code: { ZipFile: 'exports.handler = async () => 42' }
`,
);

async function startDev(port: number, ...args: string[]) {
  const child = spawn(process.execPath, [cli, 'dev', '--data', '.cloud', '--port', String(port), ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
  while (!printed.includes('Ctrl-C stops.')) {
    if (child.exitCode !== null) throw new Error(`dev ended with ${child.exitCode}: ${printed}`);
    await pause(20);
  }
  return {
    pid: child.pid,
    async end(signal: NodeJS.Signals) {
      const over = once(child, 'exit');
      child.kill(signal);
      await over;
    },
  };
}

test.skipIf(!natsServer)('what was acknowledged is there after kill -9', async () => {
  const port = await freePort();
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const [sqs, dynamodb, lambda] = [new SQSClient(settings), new DynamoDBClient(settings), new LambdaClient(settings)];
  const QueueUrl = `http://127.0.0.1:${port}/000000000000/orders`;
  const variables = async () => {
    const { stdout } = await earwitness(['env', '--port', String(port), '--json']);
    return JSON.parse(stdout);
  };
  const publish = (key: string) =>
    fetch(`http://127.0.0.1:${port}/topics/earwitness/events`, {
      method: 'POST',
      headers: { authorization: key },
      body: 'hello',
    });

  const first = await startDev(port, '--template', 'shop=template.yaml');
  await dynamodb.send(new PutItemCommand({ TableName: 'stock', Item: { id: { S: 'a' }, left: { N: '3' } } }));
  const bodies = Array.from({ length: 50 }, (_, n) => `message ${n}`);
  await Promise.all(bodies.map((MessageBody) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))));
  const { MOMENTO_API_KEY: key } = await variables();
  expect((await publish(key)).status).toBe(204);
  await first.end('SIGKILL');

  const second = await startDev(port, '--no-deploy');
  const refused = await earwitness(['dev', '--data', join(folder, '.cloud'), '--no-deploy', '--port', '0']);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain(`Process ${second.pid} has the folder`);
  const stacks = await new CloudFormationClient(settings).send(new DescribeStacksCommand({}));
  expect(stacks.Stacks?.map(({ StackName, StackStatus }) => [StackName, StackStatus])).toEqual([
    ['shop', 'CREATE_COMPLETE'],
  ]);
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: 'stock', Key: { id: { S: 'a' } } }));
  expect(Item).toEqual({ id: { S: 'a' }, left: { N: '3' } });
  const received: string[] = [];
  while (received.length < bodies.length) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20, VisibilityTimeout: 600 }),
    );
    received.push(...Messages.map(({ Body = '' }) => Body));
  }
  expect(received.toSorted()).toEqual(bodies.toSorted());
  const invoked = await lambda.send(new InvokeCommand({ FunctionName: 'answer' }));
  expect(invoked.Payload && Buffer.from(invoked.Payload).toString()).toBe('42');
  expect((await publish(key)).status).toBe(204);
  const doctor = await earwitness(['doctor'], { env: { EARWITNESS_URL: `http://127.0.0.1:${port}/_earwitness` } });
  expect(doctor.stdout).toMatch(/the cloud 'earwitness' stands on NATS 2\.\d+\.\d+ \(earwitness\): \d+ streams/);
  expect(doctor.stdout).toMatch(/1 node: .*this one, \d shards?/);
  await second.end('SIGINT');

  const third = await startDev(port, '--template', 'shop=template.yaml');
  await third.end('SIGTERM');
});
