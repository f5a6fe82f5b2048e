// What is found in folders, with what is said about it. The tools of projects run in conformance/e2e/start.test.ts.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Line } from '../../printing/line.ts';
import { UsageError } from '../usage-error.ts';
import { type FindOptions, findProject } from './find-project.ts';

const TEMPLATE = 'Resources: { Q: { Type: AWS::SQS::Queue } }\n';
const CONTEXT = { env: {}, outputs: {} };

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'earwitness-find-'));
});
afterAll(() => rmSync(parent, { recursive: true }));

/** A folder `my_shop` with these files, each newer than the one before. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(mkdtempSync(join(parent, 'case-')), 'my_shop');
  mkdirSync(folder);
  for (const [index, [name, text]] of Object.entries(files).entries()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    utimesSync(join(folder, name), 1000 + index, 1000 + index);
  }
  return folder;
}

async function find(files: Readonly<Record<string, string>>, options: Omit<FindOptions, 'say'> = {}) {
  const folder = folderOf(files);
  const said: Line[] = [];
  const short = (text: string) => text.replaceAll(folder, '…');
  try {
    using project = await findProject(folder, { ...options, say: (...lines) => said.push(...lines) });
    const stacks = project.stacks.map(({ name, file = '', parametersIfDeclared, tags, ...stack }) => ({
      name,
      file: short(file),
      directory: short(stack.directory),
      parameters: { ...parametersIfDeclared, ...stack.parameters(CONTEXT) },
      tags,
    }));
    return { stacks, said: said.map((one) => short(String(one))) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { error: short(error.message), said: said.map((one) => short(String(one))) };
  }
}

const stack = { name: 'my-shop', file: '…/template.yaml', directory: '…', parameters: {}, tags: {} };

test('a template in the folder is deployed under the name of the folder', async () => {
  expect(await find({ 'template.yaml': TEMPLATE })).toEqual({
    stacks: [stack],
    said: [
      'earwitness: deploying template.yaml as stack my-shop',
      '  why: no earwitness.config.ts, and it is the template here',
      '  --no-deploy leaves the cloud empty; earwitness init writes a configuration',
    ],
  });
});

test('samconfig.toml gives the name, parameters and tags; values of secrets are not shown', async () => {
  const samconfig = `[default.deploy.parameters]
stack_name = "shop"
tags = "team=a"
parameter_overrides = "Stage=dev DbPassword=geheim ApiKey=k"
`;
  expect(
    await find({ 'template.yaml': TEMPLATE, 'samconfig.toml': samconfig }, { parameter: ['shop.Stage=x'] }),
  ).toEqual({
    stacks: [
      {
        ...stack,
        name: 'shop',
        parameters: { Stage: 'x', DbPassword: 'geheim', ApiKey: 'k' },
        tags: { team: 'a' },
      },
    ],
    said: [
      'earwitness: deploying template.yaml as stack shop',
      '  why: no earwitness.config.ts, and it is the template here',
      '  name and parameters: samconfig.toml',
      '    Stage = dev',
      '    DbPassword = (hidden)',
      '    ApiKey = (hidden)',
      '  --no-deploy leaves the cloud empty; earwitness init writes a configuration',
    ],
  });
});

const built = { ...stack, file: '…/.aws-sam/build/template.yaml', directory: '…/.aws-sam/build' };

test.each<[string, Record<string, string>, object[]]>([
  ['nothing', { 'README.md': '' }, []],
  ['template.yml', { 'template.yml': TEMPLATE }, [{ ...stack, file: '…/template.yml' }]],
  ['template.json', { 'template.json': '{ "Resources": {} }' }, [{ ...stack, file: '…/template.json' }]],
  [
    'JSON in one line',
    { 'template.json': '{"AWSTemplateFormatVersion":"2010-09-09","Resources":{}}' },
    [{ ...stack, file: '…/template.json' }],
  ],
  ['a template of something else', { 'template.yaml': 'resources: []\nchart:\n    Resources: {}\n' }, []],
  ['yaml before json', { 'template.yaml': TEMPLATE, 'template.json': '{ "Resources": {} }' }, [stack]],
  [
    'the first that is a template',
    { 'template.yaml': 'a: 1', 'template.json': '{ "Resources": {} }' },
    [{ ...stack, file: '…/template.json' }],
  ],
  ['a template before cdk.json', { 'cdk.json': '{}', 'template.yaml': TEMPLATE }, [stack]],
  ['a build that is newer', { 'template.yaml': TEMPLATE, '.aws-sam/build/template.yaml': TEMPLATE }, [built]],
  ['a build that is older', { '.aws-sam/build/template.yaml': TEMPLATE, 'template.yaml': TEMPLATE }, [stack]],
  ['a build alone', { '.aws-sam/build/template.yaml': TEMPLATE }, [built]],
  [
    'the settings of a build, which lie beside the template',
    {
      'template.yaml': TEMPLATE,
      'samconfig.toml': '[default.deploy.parameters]\nstack_name = "shop"',
      '.aws-sam/build/template.yaml': TEMPLATE,
    },
    [{ ...built, name: 'shop' }],
  ],
  [
    'what earwitness.config names, before all',
    { 'template.yaml': TEMPLATE, 'earwitness.config.mjs': 'export default { stacks: {} };' },
    [],
  ],
  [
    'a template beside a configuration that names no stacks',
    { 'template.yaml': TEMPLATE, 'earwitness.config.mjs': 'export default {};' },
    [stack],
  ],
])('found is %s', async (_, files, stacks) => {
  expect((await find(files)).stacks).toEqual(stacks);
});

test('a named template is deployed alone, under its own name, or as template.yaml is named', async () => {
  const files = {
    'template.yaml': TEMPLATE,
    'infra/main.yaml': TEMPLATE,
    'infra/samconfig.toml': '[default.global.parameters]\nstack_name = "shop"\n',
  };
  const infra = { ...stack, file: '…/infra/main.yaml', directory: '…/infra' };
  const named = async (template: string) => (await find(files, { template: [template] })).stacks;
  expect([await named('infra/main.yaml'), await named('orders=infra/main.yaml'), await named('template.yaml')]).toEqual(
    [[{ ...infra, name: 'main' }], [{ ...infra, name: 'orders' }], [stack]],
  );
});

test('--no-deploy finds nothing to deploy, and asks no tool', async () => {
  const config = 'export default { stacks: { shop: { template: "template.yaml" } } };';
  const nothing = { stacks: [], said: [] };
  expect(await find({ 'cdk.json': '{}' }, { deploy: false })).toEqual(nothing);
  expect(await find({ 'template.yaml': TEMPLATE, 'earwitness.config.mjs': config }, { deploy: false })).toEqual(
    nothing,
  );
});

test('a tool that is not installed is named, with the command that installs it', async () => {
  const installed = { 'node_modules/x/package.json': '{}' };
  const cdk = { 'cdk.json': '{ "app": "node app.js" }', 'package.json': '{}' };
  const messages = [cdk, { ...cdk, ...installed }, { 'serverless.yml': '' }, { 'serverless.ts': '', ...installed }];
  expect(await Promise.all(messages.map(async (files) => (await find(files)).error))).toEqual([
    "cdk.json is here, but the project's own CDK is not installed. Install it: npm install. Or deploy another template: --template file.",
    "cdk.json is here, but the project's own CDK is not installed. Install it: npm install --save-dev aws-cdk. Or deploy another template: --template file.",
    "serverless.yml is here, but the project's own Serverless Framework is not installed. Install it: npm install. Or deploy another template: --template file.",
    "serverless.ts is here, but the project's own Serverless Framework is not installed. Install it: npm install --save-dev osls (or serverless). Or deploy another template: --template file.",
  ]);
});

test('what a failing tool printed is shown', async () => {
  const folder = folderOf({ 'cdk.json': JSON.stringify({ app: 'echo first; echo second >&2; exit 3' }) });
  const error: unknown = await findProject(folder, { say() {} }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  if (!(error instanceof UsageError)) return;
  expect([error.message, ...error.details.map(String)]).toEqual([
    "'echo first; echo second >&2; exit 3' ended with 3. It printed:",
    '  first',
    '  second',
    'Tools run without credentials of a cloud: what one looks up in AWS is not there.',
    "With the environment of 'earwitness dev --no-deploy' it finds the local cloud: docs/guide/deploy-tools.md",
  ]);
});

test('.env is named, and what would lead to the real Momento is left in it', async () => {
  expect(
    (await find({ '.env': 'STAGE=dev\nMOMENTO_API_KEY=k\nMOMENTO_AUTH_TOKEN=t\n' }, { deploy: false })).said,
  ).toEqual([
    'earwitness: reading .env: for parameters without a value, and for commands',
    '  not taken from it, because the local cloud has its own: MOMENTO_API_KEY, MOMENTO_AUTH_TOKEN',
  ]);
});

test('a file that is no template is named, and what to do in an empty folder', async () => {
  expect((await find({ 'template.yaml': 'a: 1' })).said).toMatchInlineSnapshot(`
    [
      "earwitness: template.yaml is no template: it has no Resources.",
      "earwitness: the cloud is empty: this folder has no earwitness.config.ts, no",
      "  template.yaml, cdk.json or serverless.yml. To begin: --template file, or",
      "  earwitness init in the folder of your project",
    ]
  `);
});
