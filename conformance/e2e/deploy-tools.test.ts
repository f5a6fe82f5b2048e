// The tools by which people deploy, unmodified and at one version (conformance/deploy-tools), against a local cloud. What they
// call is told by the journal, and stands in the guide. Where they are not installed these tests are skipped, and say so.
import { channel } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findInterpreter } from '../../packages/local/src/functions/python/interpreter.ts';
import { hasBoto3 } from '../boto3.ts';
import { createProject } from './project.ts';
import { earwitness, type Finished, root, run } from './run.ts';

const tools = `${root}conformance/deploy-tools`;
const isInstalled = existsSync(`${tools}/node_modules`);
if (!isInstalled) {
  console.log(
    'aws-cdk and osls are not tried: npm ci --ignore-scripts --prefix conformance/deploy-tools installs them (20 s).',
  );
}
const hasAws = await run('aws', ['--version']).then(
  ({ code }) => code === 0,
  () => false,
);
if (!hasAws) console.log('aws cloudformation package is not tried: there is no `aws` on the PATH.');
// CDK sets a bucket's notifications by a function in Python.
const hasPython = hasBoto3 && (await findInterpreter('python3.13')) !== undefined;
if (!hasPython) console.log("CDK's bucket notifications are not tried: there is no Python with boto3 on the PATH.");

const GUIDE = `${root}docs/guide/deploy-tools.md`;

let local: Local;
let folder: string;
beforeAll(async () => {
  local = await startLocal();
  folder = await mkdtemp(join(tmpdir(), 'earwitness-deploy-'));
  for (const name of ['order-service', 'greetings', 'packaged']) {
    await cp(`${tools}/${name}`, join(folder, name), { recursive: true });
  }
  if (isInstalled) await symlink(`${tools}/node_modules`, join(folder, 'node_modules'));
});
afterAll(async () => {
  await local.close();
  await rm(folder, { recursive: true });
});

/** As Node tells of it when the answer is written. */
interface Exchange {
  readonly request: { readonly method: string; readonly url: string; readonly headers: Record<string, string> };
  readonly response: { readonly statusCode: number; readonly _header: string };
}

/** What each command called, by its title: `service Operation` → the statuses of the answers. */
const called = new Map<string, Map<string, Set<number>>>();

/** Runs a tool, and keeps what it has called. Functions call, too; their SDK says so in its agent. */
async function record(title: string, work: () => Promise<Finished>): Promise<string> {
  const requests = new Map<unknown, Exchange>();
  const hear = (message: unknown) => {
    const exchange = message as Exchange;
    if (/exec-env\/AWS_Lambda/.test(exchange.request.headers['user-agent'] ?? '')) return;
    // Headers that were given to writeHead stand nowhere else.
    const [, requestId] = /^x-amz(?:n-requestid|-request-id): (\S+)/im.exec(exchange.response._header) ?? [];
    requests.set(requestId, exchange);
  };
  const answered = channel('http.server.response.finish');
  answered.subscribe(hear);
  const facts: Extract<Fact, { readonly kind: 'call' }>[] = [];
  const unserved: string[] = [];
  const leave = local.cloud.journal.listen((fact) => {
    if (fact.kind === 'call') facts.push(fact);
    // Of a service that is not served there is no call, and of one that came in one piece no exchange.
    if (fact.kind === 'stand-in.received' && fact.via === 'call') unserved.push(`${fact.name} ${fact.operation}`);
  });
  const { code, stdout, stderr } = await work().finally(() => {
    answered.unsubscribe(hear);
    leave();
  });
  const calls = called.get(title) ?? new Map<string, Set<number>>();
  const keep = (name: string, status: number) => calls.set(name, (calls.get(name) ?? new Set()).add(status));
  for (const [requestId, { request, response }] of requests) {
    const [, signedFor] = /\/([^/]+)\/aws4_request/.exec(request.headers['authorization'] ?? '') ?? [];
    if (signedFor === undefined) continue;
    // Calls that services make for a call bear its id.
    const fact = facts.find((one) => one.requestId === requestId && one.service === signedFor);
    const operation = fact?.operation ?? request.headers['x-amz-target']?.split('.').at(-1) ?? request.url;
    keep(`${signedFor} ${operation}`, response.statusCode);
  }
  // Of those that came whole Node tells nothing; of their services tools call these, and deployments and functions
  // others. The first of an id is the tool's.
  const whole = new Map<string, (typeof facts)[number]>();
  for (const fact of facts) {
    if (!CALLED_WHOLE.has(fact.service) || requests.has(fact.requestId)) continue;
    const first = whole.get(fact.requestId);
    if (!first || startOf(fact) < startOf(first)) whole.set(fact.requestId, fact);
  }
  for (const { service, operation, status } of whole.values()) keep(`${service} ${operation}`, status);
  for (const name of unserved) keep(name, 400);
  called.set(title, calls);
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  return stdout + stderr;
}

const CALLED_WHOLE: ReadonlySet<string> = new Set(['cloudformation', 'ssm', 'sts']);

function startOf({ at, durationMs }: { readonly at: number; readonly durationMs: number }): number {
  return at - durationMs;
}

const clients = () => {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId = '' } = local.env;
  const settings = { endpoint: local.url, region, credentials: { accessKeyId, secretAccessKey: 'x' } };
  return { sqs: new SQS(settings), lambda: new Lambda(settings), s3: new S3(settings) };
};

/** The next message of a queue, as JSON. */
async function receive(QueueUrl: string | undefined) {
  const { Messages: [message] = [] } = await clients().sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 10 });
  return JSON.parse(message?.Body ?? 'null');
}

async function stackNames(): Promise<string[]> {
  const call = { account: '000000000000', region: 'us-east-1', principal: { kind: 'account', arn: 'a' } } as const;
  const { Stacks = [] } = await local.cloud.dispatch.call('cloudformation', 'DescribeStacks', {}, call);
  return Stacks.map((stack) => stack.StackName ?? '').toSorted();
}

describe.skipIf(!isInstalled)('the CDK', () => {
  const outputs = async () => {
    const text = await readFile(join(folder, 'order-service/outputs.json'), 'utf8');
    const { Orders }: { Orders: Record<string, string> } = JSON.parse(text);
    return Orders;
  };
  const cdk = (title: string, ...args: string[]) =>
    record(title, () =>
      run(process.execPath, [`${tools}/node_modules/aws-cdk/bin/cdk`, ...args], {
        cwd: join(folder, 'order-service'),
        // It asks the network for news and tells how it is used, and waits for neither.
        env: { ...local.env, CDK_DISABLE_CLI_TELEMETRY: 'true' },
      }),
    );
  // What the last deployment has synthesised: to do it anew takes seconds.
  const synthesized = ['--app', 'cdk.out'];
  const deploy = ['deploy', '--no-notices', '--require-approval', 'never', '--outputs-file', 'outputs.json'];
  const order = async (name: string) => {
    const { ApiUrl = '' } = await outputs();
    const response = await fetch(ApiUrl, { method: 'POST', body: JSON.stringify({ name }) });
    expect(response.status).toBe(201);
    return await response.json();
  };

  test('cdk bootstrap makes its stack, and again says that nothing has changed', async () => {
    expect(await cdk('cdk bootstrap', 'bootstrap', '--no-notices')).toContain('bootstrapped.');
    expect(await cdk('cdk bootstrap', 'bootstrap', '--no-notices')).toContain('bootstrapped (no changes).');
    expect(await stackNames()).toEqual(['CDKToolkit']);
  });

  test('cdk deploy publishes assets, and what it deploys works', async () => {
    await cdk('cdk deploy', ...deploy);
    const order1 = await order('book');
    const { OrdersQueueUrl } = await outputs();
    expect(await receive(OrdersQueueUrl)).toMatchObject({ 'detail-type': 'OrderCreated', detail: order1 });
    expect(order1).toMatchObject({ name: 'book', greeting: 'hello' });
  });

  test.skipIf(!hasPython)("a bucket's notification, which CDK's function in Python has set, comes", async () => {
    const { ArchiveFunction, ReceiptsQueueUrl, ReceiptsBucket } = await outputs();
    const Payload = Buffer.from('{"id":"7"}');
    const { FunctionError } = await clients().lambda.invoke({ FunctionName: ArchiveFunction, Payload });
    expect(FunctionError).toBeUndefined();
    const messages = [await receive(ReceiptsQueueUrl), await receive(ReceiptsQueueUrl)];
    expect(messages).toContainEqual(expect.objectContaining({ Event: 's3:TestEvent' }));
    expect(messages.flatMap(({ Records = [] }) => Records)).toMatchObject([
      { eventName: 'ObjectCreated:Put', s3: { bucket: { name: ReceiptsBucket }, object: { key: 'receipts/7.txt' } } },
    ]);
  });

  test('a second cdk deploy brings a change, and a third finds none', async () => {
    await cdk('cdk deploy, again', ...deploy, '--context', 'greeting=good day');
    expect(await order('pen')).toMatchObject({ name: 'pen', greeting: 'good day' });
    expect(await cdk('cdk deploy, again', ...deploy, ...synthesized)).toContain('(no changes)');
  });

  test("cdk destroy empties the bucket by CDK's own function, and deletes the stack", async () => {
    const { ReceiptsBucket } = await outputs();
    await cdk('cdk destroy', 'destroy', '--no-notices', '--force', ...synthesized);
    expect(await stackNames()).toEqual(['CDKToolkit']);
    const { Buckets = [] } = await clients().s3.listBuckets({});
    expect(Buckets.map(({ Name }) => Name)).not.toContain(ReceiptsBucket);
  });
});

test.skipIf(!isInstalled)('examples/cdk-order-service passes the test of the SAM example', async () => {
  const here = (name: string) => `conformance/deploy-tools/node_modules/${name}`;
  const names = ['aws-cdk', 'aws-cdk-lib', 'constructs', 'esbuild', 'tsx'];
  const links = names.map((name): [string, string] => [name, here(name)]);
  const others = ['vitest', 'ulid', '@aws-sdk/client-eventbridge', '.bin/cdk', '.bin/esbuild'].map(
    (name): [string, string] => [name, name.startsWith('.bin') ? here(name) : `node_modules/${name}`],
  );
  using project = createProject(Object.fromEntries([...links, ...others]), 'cdk-order-service');
  // NodejsFunction asks for one: `npm install` writes it.
  await writeFile(join(project.folder, 'package-lock.json'), '{}');
  const testOf = (folder: string) => readFile(join(folder, 'test/create-order.test.ts'), 'utf8');
  expect(await testOf(project.folder)).toBe(await testOf(`${root}examples/order-service`));
  const vitest = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run'];
  const { code, stdout, stderr } = await earwitness(['exec', '--relay', '--', ...vitest], { cwd: project.folder });
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(/Tests\s+1 passed/);
});

describe.skipIf(!hasAws)('aws cloudformation', () => {
  const aws = (title: string, ...args: string[]) =>
    record(title, () =>
      run('aws', args, { cwd: join(folder, 'packaged'), env: { ...local.env, AWS_PAGER: '', AWS_CONFIG_FILE: '' } }),
    );
  const outputsOf = async (stack: string) => {
    const text = await aws('–', 'cloudformation', 'describe-stacks', '--stack-name', stack, '--output', 'json');
    const { Stacks }: { Stacks: { Outputs: { OutputKey: string; OutputValue: string }[] }[] } = JSON.parse(text);
    const entries = (Stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]);
    return Object.fromEntries(entries) as Record<string, string>;
  };

  test('package puts code, a layer, a nested template and a snippet into a bucket, and deploy finds them there', async () => {
    await aws('–', 's3', 'mb', 's3://artifacts');
    const packaged = ['--s3-bucket', 'artifacts', '--output-template-file', 'packaged.yaml'];
    const from = ['--template-file', 'template.yaml'];
    await aws('aws cloudformation package', 'cloudformation', 'package', ...from, ...packaged);
    expect(await readFile(join(folder, 'packaged/packaged.yaml'), 'utf8')).toContain('CodeUri: s3://artifacts/');
    await aws(
      'aws cloudformation deploy',
      ...['cloudformation', 'deploy', '--template-file', 'packaged.yaml', '--stack-name', 'packaged'],
      // With a bucket the template goes there, too, and is named by its URL.
      ...['--s3-bucket', 'artifacts', '--capabilities', 'CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'],
    );
    const { Url = '', ...others } = await outputsOf('packaged');
    expect(others).toEqual({ QueueName: 'packaged-letters', Parameter: 'included' });
    expect(await (await fetch(Url)).text()).toBe('hello from a layer');
  });

  // Source: aws-sam-cli, resource_metadata_normalizer.py: what `sam build` writes keeps how it was built in its metadata.
  test('what sam build has written deploys from .aws-sam/build', async () => {
    const build = join(folder, 'packaged/.aws-sam/build');
    await mkdir(join(build, 'Hello'), { recursive: true });
    await writeFile(join(build, 'Hello/app.js'), `exports.handler = async () => ({ statusCode: 200, body: 'built' });`);
    const Metadata = {
      BuildMethod: 'esbuild',
      BuildProperties: { EntryPoints: ['src/app.ts'] },
      SamResourceId: 'Hello',
    };
    const Properties = {
      ...{ CodeUri: 'Hello', Handler: 'app.handler', Runtime: 'nodejs20.x' },
      FunctionUrlConfig: { AuthType: 'NONE' },
    };
    const template = {
      Transform: 'AWS::Serverless-2016-10-31',
      Resources: { Hello: { Type: 'AWS::Serverless::Function', Metadata, Properties } },
      Outputs: { Url: { Value: { 'Fn::GetAtt': 'HelloUrl.FunctionUrl' } } },
    };
    await writeFile(join(build, 'template.yaml'), JSON.stringify(template));
    const names = ['--s3-bucket', 'artifacts', '--output-template-file', 'built.yaml'];
    const from = ['--template-file', '.aws-sam/build/template.yaml'];
    await aws('aws cloudformation package', 'cloudformation', 'package', ...from, ...names);
    const to = ['--stack-name', 'built', '--capabilities', 'CAPABILITY_IAM'];
    await aws('aws cloudformation deploy', 'cloudformation', 'deploy', '--template-file', 'built.yaml', ...to);
    const { Url = '' } = await outputsOf('built');
    expect(await (await fetch(Url)).text()).toBe('built');
  });
});

describe.skipIf(!isInstalled)('osls', () => {
  const osls = (title: string, ...args: string[]) =>
    record(title, () =>
      run(process.execPath, [`${tools}/node_modules/osls/bin/serverless.js`, ...args], {
        cwd: join(folder, 'greetings'),
        env: { ...local.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
      }),
    );

  test('deploy makes its bucket, puts the service there and deploys it; again with a change; remove', async () => {
    const printed = await osls('osls deploy', 'deploy');
    expect(printed).toContain('Service deployed to stack greetings-dev');
    const { API_URL = '' } = await local.environment();
    expect(await (await fetch(`${API_URL}greet/Ann`)).text()).toBe('hello, Ann');
    await osls('osls deploy, again', 'deploy', '--param', 'greeting=good day');
    expect(await (await fetch(`${API_URL}greet/Ann`)).text()).toBe('good day, Ann');
    await osls('osls remove', 'remove');
    expect(await stackNames()).not.toContain('greetings-dev');
  });
});

/** `●`: called; `✗` the status where it was refused. */
function formatCalls(): string {
  const titles = [...called.keys()].filter((title) => title !== '–');
  const names = [...new Set(titles.flatMap((title) => [...(called.get(title)?.keys() ?? [])]))].toSorted();
  const cell = (statuses: ReadonlySet<number> | undefined) => {
    const refused = [...(statuses ?? [])].filter((status) => status >= 400).toSorted();
    return [...(statuses ? ['●'] : []), ...refused].join(' ');
  };
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['call', ...titles.map((title) => `\`${title}\``)]),
    line(['---', ...titles.map(() => '---')]),
    ...names.map((name) => line([name, ...titles.map((title) => cell(called.get(title)?.get(name)))])),
  ].join('\n');
}

test.skipIf(!isInstalled || !hasAws || !hasPython)(
  'every call is answered, and the guide has the table of them',
  async () => {
    const statuses = [...called.values()].flatMap((calls) => [...calls.values()].flatMap((each) => [...each]));
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(await readFile(GUIDE, 'utf8')).toContain(formatCalls());
  },
);
