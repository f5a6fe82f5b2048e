// What a Node function finds in its layers.
// Sources: docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html (folders), adding-layers.html (order); NODE_PATH:
// recorded on AWS, LocalStack test_lambda_common; ES modules: AWS Compute Blog, "Node.js 18.x runtime now available in
// AWS Lambda".
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { RunnableCode } from '../code/code.ts';
import { archive, cleanUp, project, start } from '../test-function.ts';

afterEach(cleanUp);

async function answerOf(
  code: RunnableCode,
  layers: readonly RunnableCode[],
  { handler = 'index.handler', runtime = 'nodejs20.x' } = {},
): Promise<unknown> {
  const { invoke } = await start({ code, handler, layers }, { runtime });
  return JSON.parse((await invoke({})).payload);
}

const commonJs = (name: string, text = `exports.from = '${name}'`) => ({
  [`nodejs/node_modules/${name}/index.js`]: text,
});
const esModule = (name: string) => ({
  [`nodejs/node_modules/${name}/index.mjs`]: `export const from = '${name}';`,
  [`nodejs/node_modules/${name}/package.json`]: JSON.stringify({ type: 'module', exports: { import: './index.mjs' } }),
});

const FORMS = [
  ['an archive', archive],
  ['a directory', project],
] as const;

describe.each(FORMS)('a layer that is %s', (_, layer) => {
  describe.each(FORMS)('of a function that is %s', (_, code) => {
    test('has packages for require', async () => {
      const text = "exports.handler = async () => require('tools').from";
      expect(await answerOf(code({ 'index.js': text }), [layer(commonJs('tools'))])).toBe('tools');
    });

    test('has packages for import, CommonJS and ES modules', async () => {
      const text = `import tools from 'tools'; import { from } from 'wares';
        export const handler = async () => [tools.from, from];`;
      const layers = [layer({ ...commonJs('tools'), ...esModule('wares') })];
      expect(await answerOf(code({ 'index.mjs': text }), layers)).toEqual(['tools', 'wares']);
    });

    test('has packages for TypeScript that is built', async () => {
      const text = `import tools from 'tools'; import { from } from 'wares';
        export const handler = async (): Promise<string[]> => [tools.from, from];`;
      const layers = [layer({ ...commonJs('tools'), ...esModule('wares') })];
      expect(await answerOf(code({ 'index.ts': text }), layers)).toEqual(['tools', 'wares']);
    });

    test('has files that are named by their place below /opt', async () => {
      const text = `const { readFileSync, promises } = require('node:fs');
        exports.handler = async () => [
          require('/opt/nodejs/util').a,
          readFileSync('/opt/notes.txt', 'utf8'),
          await promises.readFile('/opt/notes.txt', 'utf8'),
        ];`;
      const layers = [layer({ 'nodejs/util.js': 'exports.a = 1', 'notes.txt': 'notes' })];
      expect(await answerOf(code({ 'index.js': text }), layers)).toEqual([1, 'notes', 'notes']);
    });

    test('has files that ES modules and TypeScript import by their place below /opt', async () => {
      const layers = [layer({ 'nodejs/util.mjs': 'export const a = 1', 'nodejs/old.js': 'exports.b = 2' })];
      const text = `import { a } from '/opt/nodejs/util.mjs'; import old from '/opt/nodejs/old.js';
        export const handler = async () => [a, old.b];`;
      expect(await answerOf(code({ 'index.mjs': text }), layers)).toEqual([1, 2]);
      expect(await answerOf(code({ 'index.ts': text }), layers)).toEqual([1, 2]);
    });
  });
});

test("the function's own package wins over a layer's, a later layer over an earlier one, a layer over what Lambda provides", async () => {
  const sdk = '@aws-sdk/client-sqs';
  const text = `exports.handler = async () => ['own', 'twice', '${sdk}'].map((name) => require(name).from);`;
  const own = { 'index.js': text, 'node_modules/own/index.js': "exports.from = 'function'" };
  const layers = [
    archive({ ...commonJs('own'), ...commonJs('twice', "exports.from = 'first'"), ...commonJs(sdk) }),
    archive({ ...commonJs('twice', "exports.from = 'second'") }),
  ];
  expect(await answerOf(archive(own), layers)).toEqual(['function', 'second', sdk]);
  expect(await answerOf(project(own), layers)).toEqual(['function', 'second', sdk]);
});

test('an SDK client that no layer has is still the one that Lambda provides', async () => {
  const text = "exports.handler = async () => typeof require('@aws-sdk/client-sqs').SQSClient";
  const layers = [archive(commonJs('@aws-sdk/client-mine'))];
  expect(await answerOf(archive({ 'index.js': text }), layers)).toBe('function');
  expect(await answerOf(project({ 'index.js': text }), layers)).toBe('function');
});

test('packages of a layer find one another and the SDK', async () => {
  const layers = [
    archive({
      ...commonJs('outer', "exports.from = ['outer', require('inner').from]"),
      ...commonJs('inner', "exports.from = typeof require('@aws-sdk/client-sqs').SQSClient"),
    }),
    archive(commonJs('third', "exports.from = require('inner').from")),
  ];
  const text = "exports.handler = async () => [require('outer').from, require('third').from]";
  expect(await answerOf(archive({ 'index.js': text }), layers)).toEqual([['outer', 'function'], 'function']);
});

test('a folder for one version of Node is for that version, and wins there', async () => {
  const layers = [
    archive({ ...commonJs('tools'), 'nodejs/node22/node_modules/tools/index.js': "exports.from = 'for 22'" }),
  ];
  const code = archive({ 'index.js': "exports.handler = async () => require('tools').from" });
  expect(await answerOf(code, layers, { runtime: 'nodejs22.x' })).toBe('for 22');
  expect(await answerOf(code, layers, { runtime: 'nodejs20.x' })).toBe('tools');
});

// As Datadog's and others' layers do. Source: docs.datadoghq.com, "Lambda handler redirection".
test("a layer may have the handler, which loads the function's own", async () => {
  const wrapper = `const { join } = require('node:path');
    const inner = require(join(process.env.LAMBDA_TASK_ROOT, 'index'));
    exports.handler = async (event) => ['wrapped', await inner.handler(event)];`;
  const layers = [archive({ 'nodejs/wrap.js': wrapper })];
  const code = archive({ 'index.js': 'exports.handler = async () => 1' });
  expect(await answerOf(code, layers, { handler: '/opt/nodejs/wrap.handler' })).toEqual(['wrapped', 1]);
});

test('a package that neither the function nor a layer has is missing in the words of Lambda', async () => {
  const code = archive({ 'index.js': "require('nothing'); exports.handler = async () => 1" });
  expect(await answerOf(code, [archive(commonJs('tools'))])).toMatchObject({
    errorType: 'Runtime.ImportModuleError',
    errorMessage: expect.stringMatching(
      /^Error: Cannot find module 'nothing'\nRequire stack:\n- \/var\/task\/index\.js/,
    ),
  });
});

test('a stack trace shows the files of layers below /opt', async () => {
  const layers = [archive({ 'nodejs/util.js': "exports.fail = () => { throw new Error('no') }" })];
  const code = archive({ 'index.js': "exports.handler = async () => require('/opt/nodejs/util').fail()" });
  const { trace } = (await answerOf(code, layers)) as { trace: string[] };
  expect(trace[1]).toBe('    at exports.fail (/opt/nodejs/util.js:1:30)');
});

test('a file of a directory that changes makes the program stale', async () => {
  const layer = project({ 'nodejs/util.js': 'exports.a = 1' });
  const code = archive({ 'index.js': "exports.handler = async () => require('/opt/nodejs/util').a" });
  const { running } = await start({ code, handler: 'index.handler', layers: [layer] });
  expect(running.program.isStale()).toBe(false);
  writeFileSync(join(layer.path, 'nodejs/util.js'), 'exports.a = 2');
  utimesSync(join(layer.path, 'nodejs/util.js'), 1, 1);
  expect(running.program.isStale()).toBe(true);
});
