// A start without any knowledge of Earwitness: what a project has is found, said and deployed; it is deployed again when
// it changes; `init` writes what a first test needs. No tool of a project is imitated: see packages/earwitness/src/cli/project.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProject } from './project.ts';
import { earwitness } from './run.ts';
import { stay } from './staying.ts';

const QUEUES = (...names: string[]) =>
  `Parameters: { Stage: { Type: String }, Size: { Type: String } }
Resources:
${names.map((name) => `  ${name}: { Type: AWS::SQS::Queue }\n`).join('')}Outputs:
  Saw: { Value: !Sub '\${Stage} \${Size}' }
`;

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'earwitness-start-'));
});
afterAll(() => rmSync(parent, { recursive: true }));

/** A folder `shop` with these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(mkdtempSync(join(parent, 'case-')), 'shop');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const shop = {
  'template.yaml': QUEUES('Orders'),
  'samconfig.toml': '[default.deploy.parameters]\nstack_name = "orders"\nparameter_overrides = "Stage=dev Unknown=x"\n',
  '.env': 'SIZE=3\nGREETING=hello\nPATH=/nowhere\n',
};

test('exec deploys the template of the folder as samconfig.toml says, with what .env adds, and says so first', async () => {
  const cwd = folderOf(shop);
  const command = ['--', process.execPath, '-p', '[process.env.SAW, process.env.GREETING].join()'];
  const { code, stdout, stderr } = await earwitness(['exec', ...command], { cwd });
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: 'dev 3,hello\n',
    stderr: `earwitness: reading .env: for parameters without a value, and for commands
earwitness: deploying template.yaml as stack orders
  why: no earwitness.config.ts, and it is the template here
  name and parameters: samconfig.toml
    Stage = dev
    Unknown = x
  --no-deploy leaves the cloud empty; earwitness init writes a configuration
`,
  });
  const set = await earwitness(['exec', ...command], { cwd, env: { SIZE: '4', GREETING: '' } });
  expect(set.stdout).toBe('dev 4,\n');
  const empty = await earwitness(['exec', '--no-deploy', ...command], { cwd });
  expect(empty.stdout).toBe(',hello\n');
});

test('check without a template looks at what exec would deploy', async () => {
  const { code, stdout, stderr } = await earwitness(['check'], { cwd: folderOf({ ...shop, '.env': '' }) });
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: `orders

  Served: 1
    1 × AWS::SQS::Queue

  To be given: 1
    parameter Size (line 1)
      → --parameter orders.Size=value
    or as variables, in the environment or in .env: SIZE

✗ does not deploy: 0 wrong, 1 to be given
`,
    stderr: `earwitness: reading .env: for parameters without a value, and for commands
earwitness: checking template.yaml as stack orders
  why: no earwitness.config.ts, and it is the template here
  name and parameters: samconfig.toml
    Stage = dev
    Unknown = x
`,
  });
});

test('what stands in is said in a few lines', async () => {
  const types = [
    'EC2::VPC',
    'EC2::VPC',
    'Cognito::UserPool',
    'ECR::Repository',
    'EC2::InternetGateway',
    'Glue::Job',
    'EFS::FileSystem',
  ];
  const resources = types.map((type, index) => [
    `R${index}`,
    {
      Type: `AWS::${type}`,
      ...(type.startsWith('Glue') && { Properties: { Command: {}, Role: 'r' } }),
    },
  ]);
  const cwd = folderOf({ 'template.json': JSON.stringify({ Resources: Object.fromEntries(resources) }) });
  const { code, stderr } = await earwitness(['exec', '--', process.execPath, '-e', ''], { cwd });
  expect([code, stderr]).toEqual([
    0,
    `earwitness: deploying template.json as stack shop
  why: no earwitness.config.ts, and it is the template here
  --no-deploy leaves the cloud empty; earwitness init writes a configuration
Stands in: 7. npx earwitness check says what that means.
  2 × AWS::EC2::VPC
  1 × AWS::Cognito::UserPool
  1 × AWS::ECR::Repository
  1 × AWS::EC2::InternetGateway
  … and 2 more kinds
`,
  ]);
});

// The waits are for what dev prints; how often it looks at files says nothing about the outcome.
test('a template that changes under dev is deployed again; a broken edit leaves the stack, and says why', async () => {
  const cwd = folderOf(shop);
  const template = join(cwd, 'template.yaml');
  const dev = stay(['dev', '--port', '0'], { cwd });
  const welcome = await dev.until('Ctrl-C stops');
  expect(welcome).toContain('  Templates, their files and handlers are picked up on change (hot reload).\n');
  const url = /AWS endpoint\s+(\S+)/.exec(welcome)?.[1];
  const resources = async () => {
    const body = new URLSearchParams({ Action: 'DescribeStackResources', StackName: 'orders', Version: '2010-05-15' });
    const answer = await (await fetch(`${url}`, { method: 'POST', body })).text();
    return [...answer.matchAll(/<LogicalResourceId>(.*?)</g)].map(([, name]) => name).toSorted();
  };
  writeFileSync(template, QUEUES('Orders', 'Refunds').replace(/'.*'/, 'other'));
  await dev.until('output Saw: other');
  expect(await resources()).toEqual(['Orders', 'Refunds']);
  writeFileSync(template, QUEUES('Orders', 'Refunds').replace('Type: AWS::SQS::Queue', 'Type: AWS::SQS::Kueue'));
  await dev.until('goes on as it was');
  expect(await resources()).toEqual(['Orders', 'Refunds']);
  // What a long save leaves behind for a moment: nothing.
  rmSync(template);
  writeFileSync(
    template,
    QUEUES('Refunds').replace(
      '{ Type: AWS::SQS::Queue }',
      '{ Type: AWS::SQS::Queue, Properties: { QueueName: refunds } }',
    ),
  );
  await dev.until('output Saw: dev 3');
  expect(await resources()).toEqual(['Refunds']);
  const { code, printed } = await dev.interrupt();
  const told = printed
    .slice(printed.indexOf('Ctrl-C stops.') + 'Ctrl-C stops.\n'.length)
    .replaceAll(/in \d+ ms/g, 'in … ms');
  expect({ code, told }).toEqual({
    code: 0,
    told: `
✓ stack orders deployed again in … ms
  + added    Refunds  AWS::SQS::Queue
  output Saw: other
✗ template.yaml changed: Stack orders could not be deployed.

    Wrong: 1
      Earwitness does not make resources of these types:
        1 × AWS::SQS::Kueue: Orders (line 3)
          → did you mean AWS::SQS::Queue?
  Stack orders goes on as it was.
✓ stack orders deployed again in … ms
  ! replaced Refunds  AWS::SQS::Queue
  - removed  Orders  AWS::SQS::Queue
  output Saw: dev 3
`,
  });
});

test('a nested template and a snippet that change under dev are deployed again, in what they are part of', async () => {
  const queue = (seconds: number) => `Type: AWS::SQS::Queue\nProperties: { VisibilityTimeout: ${seconds} }\n`;
  const nested = (seconds: number) =>
    `Resources: { Wares: { Type: AWS::SQS::Queue, Properties: { DelaySeconds: ${seconds} } } }\n`;
  const cwd = folderOf({
    'template.yaml': `Resources:
  Orders: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: nested/orders.yaml } }
  Letters:
    Fn::Transform: { Name: AWS::Include, Parameters: { Location: letters.yaml } }
`,
    'letters.yaml': queue(1),
    'nested/orders.yaml': nested(1),
  });
  const dev = stay(['dev', '--port', '0'], { cwd });
  const start = (await dev.until('Ctrl-C stops')).length;
  writeFileSync(join(cwd, 'nested/orders.yaml'), nested(2));
  await dev.until('Orders/Wares', start);
  writeFileSync(join(cwd, 'letters.yaml'), queue(2));
  await dev.until('Letters', start);
  writeFileSync(join(cwd, 'nested/orders.yaml'), nested(2).replace('Queue', 'Kueue'));
  await dev.until('goes on as it was', start);
  const { printed } = await dev.interrupt();
  expect(
    printed.slice(printed.indexOf('✓')).replaceAll(/in \d+ ms/g, 'in … ms'),
  ).toBe(`✓ stack shop deployed again in … ms
  ~ changed  Orders/Wares  AWS::SQS::Queue
✓ stack shop deployed again in … ms
  ~ changed  Letters  AWS::SQS::Queue
✗ orders.yaml changed: Stack shop could not be deployed.

    Wrong: 1
      line 2, Orders: nested/orders.yaml:1: Wares: Earwitness does not make
        resources of these types
        → did you mean AWS::SQS::Queue?
  Stack shop goes on as it was.
`);
});

test('init writes a configuration and a first test, the commands it prints work, and nothing is overwritten', async () => {
  using project = createProject({ '@aws-sdk/client-eventbridge': 'node_modules/@aws-sdk/client-eventbridge' });
  const { folder: cwd } = project;
  writeFileSync(
    join(cwd, 'template.yaml'),
    'Resources: { Orders: { Type: AWS::Events::EventBus, Properties: { Name: o } } }\n',
  );
  const first = await earwitness(['init'], { cwd });
  expect(first).toEqual({
    code: 0,
    stdout: `Found: template.yaml
Written: earwitness.config.ts
Written: test/first.test.mjs

Next:
  npx earwitness check
  npx earwitness exec -- node --test test/first.test.mjs
  npx earwitness dev
`,
    stderr: '',
  });
  expect(JSON.parse((await earwitness(['init', '--json'], { cwd })).stdout)).toEqual({
    found: 'template.yaml',
    written: [],
    leftAsItIs: ['earwitness.config.ts', 'test/first.test.mjs'],
    next: ['npx earwitness check', 'npx earwitness exec -- node --test test/first.test.mjs', 'npx earwitness dev'],
  });
  const again = await earwitness(['init'], { cwd });
  expect(again.stdout.split('\n').slice(1, 3)).toEqual([
    'Left as it is: earwitness.config.ts',
    'Left as it is: test/first.test.mjs',
  ]);
  const checked = await earwitness(['check'], { cwd });
  expect([checked.code, checked.stderr, checked.stdout.split('\n').at(-2)]).toEqual([0, '', '✓ deploys']);
  const tested = await earwitness(['exec', '--', 'node', '--test', 'test/first.test.mjs'], { cwd });
  expect([tested.code, tested.stderr]).toEqual([0, '']);
  const dev = stay(['dev', '--port', '0'], { cwd });
  await dev.until('Ctrl-C stops');
  expect((await dev.interrupt()).code).toBe(0);
});
