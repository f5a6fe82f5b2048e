// Functions that nobody asked to build run as they lie, loaded as Lambda's runtime loads them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { writeZip } from '../code/zip.ts';
import { cleanUp, inline, project, start } from '../test-function.ts';
import { createVariables } from '../variables.ts';
import { bundleCode, isStale } from './bundle.ts';

afterEach(cleanUp);

const archive = (files: Record<string, string>) => ({
  kind: 'zip' as const,
  base64: Buffer.from(
    writeZip(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }))),
  ).toString('base64'),
});

/** What the handler `app.handler` answers. */
async function answerOf(code: ReturnType<typeof project> | ReturnType<typeof archive>, runtime = 'nodejs20.x') {
  const { invoke } = await start({ code, handler: 'src/app.handler' }, { runtime });
  return JSON.parse((await invoke({})).payload);
}

const FILES = { 'src/routes/plum.js': `module.exports = 'plum';`, 'tpl/plum.json': '{"a":1}' };

// Sources: ashiina/lambda-local issue 18, inxilpro/node-app-root-path issues 23 and 24, aws-sam-cli issues 4550 and
// 7143: what is not built is packed as it is, and LAMBDA_TASK_ROOT and the working directory are its folder.
describe.each([
  ['a directory', project],
  ['an archive', archive],
])('%s that is not built', (_kind, create) => {
  test.each([
    ['a computed require without extension', `require('./routes/' + ['plum'][0])`, 'plum'],
    ['a computed require with one', `require('./routes/' + ['plum'][0] + '.js')`, 'plum'],
    ['a require by __dirname', `require(require('path').join(__dirname, 'routes', 'plum'))`, 'plum'],
    ['a computed import', `(await import(['./routes/plum.js'][0])).default`, 'plum'],
    ['require.resolve', `require(require.resolve('./routes/plum'))`, 'plum'],
    [
      'a file below LAMBDA_TASK_ROOT',
      `require('fs').readFileSync(require('path').join(process.env.LAMBDA_TASK_ROOT, 'tpl/plum.json'), 'utf8')`,
      '{"a":1}',
    ],
    ['a file below the working directory', `require('fs').readFileSync('tpl/plum.json', 'utf8')`, '{"a":1}'],
    ['the same by a promise', `await require('fs/promises').readFile('tpl/plum.json', 'utf8')`, '{"a":1}'],
    ['the same by path.resolve', `require('fs').existsSync(require('path').resolve('tpl/plum.json'))`, true],
    ['the working directory itself', `process.cwd() === process.env.LAMBDA_TASK_ROOT`, true],
  ])('has %s', async (_what, expression, expected) => {
    const app = `exports.handler = async () => ${expression};`;
    expect(await answerOf(create({ ...FILES, 'src/app.js': app }))).toEqual(expected);
  });

  test('has the same in an ES module', async () => {
    const app = `import { readFileSync } from 'node:fs'; import { dirname, relative } from 'node:path';
      import { fileURLToPath } from 'node:url'; const name = await Promise.resolve('plum');
      export const handler = async () => [(await import(\`./routes/\${name}.js\`)).default, readFileSync('tpl/plum.json', 'utf8'),
        relative(process.env.LAMBDA_TASK_ROOT, dirname(fileURLToPath(import.meta.url)))];`;
    expect(await answerOf(create({ ...FILES, 'src/app.mjs': app }))).toEqual(['plum', '{"a":1}', 'src']);
    const named = { ...FILES, 'src/app.js': app, 'src/routes/plum.js': `export default 'plum';` };
    expect(await answerOf(create({ ...named, 'package.json': '{"type":"module"}' }))).toEqual([
      'plum',
      '{"a":1}',
      'src',
    ]);
  });

  test('may import the SDK that Lambda provides', async () => {
    const cjs = `const { SQSClient } = require('@aws-sdk/client-sqs'); exports.handler = async () => typeof SQSClient;`;
    expect(await answerOf(create({ 'src/app.js': cjs }))).toBe('function');
    const esm = `import { SQSClient } from '@aws-sdk/client-sqs'; export const handler = async () => typeof SQSClient;`;
    expect(await answerOf(create({ 'src/app.mjs': esm }))).toBe('function');
  });

  test('whose SDK package is nowhere is refused with what to install', async () => {
    const code = create({ 'src/app.js': `require('@aws-sdk/client-nothing'); exports.handler = async () => 1;` });
    await expect(bundleCode(code, 'src/app.handler')).rejects.toThrow('npm install --save-dev @aws-sdk/client-nothing');
  });

  // Source: aws-lambda-ric, module-loader.js: MODULE_NOT_FOUND becomes Runtime.ImportModuleError when it is invoked.
  test('that misses a package of its own fails when it is invoked', async () => {
    const code = create({ 'src/app.js': `require('none'); exports.handler = async () => 1;` });
    const { errorType, errorMessage } = await answerOf(code);
    const file = code.kind === 'zip' ? '/var/task/src/app.js' : join(code.path, 'src/app.js');
    expect([errorType, errorMessage]).toEqual([
      'Runtime.ImportModuleError',
      `Error: Cannot find module 'none'\nRequire stack:\n- ${file}\n- /var/runtime/index.mjs`,
    ]);
  });
});

test('the environment says where the files are', () => {
  const settings = {
    ...{ name: 'f', version: '1', handler: 'a.b', runtime: 'nodejs22.x', memoryMb: 128, logGroup: 'g', logStream: 's' },
    ...{ logFormat: 'Text' as const, applicationLogLevel: 'INFO' },
    ...{
      initializationType: 'on-demand' as const,
      region: 'eu-west-1',
      taskRoot: '/srv/f',
      accessKeyId: 'k',
      variables: {},
    },
  };
  const address = { http: 'http://127.0.0.1:4566', https: 'https://127.0.0.1:4567' };
  expect(createVariables(settings, address)['LAMBDA_TASK_ROOT']).toBe('/srv/f');
});

describe('what is a module is decided as in the cloud', () => {
  const esm = `export const handler = async () => 'esm';`;
  const syntax = (sentence: string) => ({ errorType: 'Runtime.UserCodeSyntaxError', errorMessage: sentence });

  // Sources: aws-lambda-ric 3.3 (require); Lambda developer guide, nodejs22.x: no detection of modules. For nodejs24.x
  // aws-lambda-ric 4.0.2 (import), and Node.js 24, which detects them.
  test('a .js file with export and no "type": "module" is CommonJS before nodejs24.x', async () => {
    for (const runtime of ['nodejs20.x', 'nodejs22.x']) {
      const answer = await answerOf(project({ 'src/app.js': esm }), runtime);
      expect(answer).toMatchObject(syntax("SyntaxError: Unexpected token 'export'"));
    }
    expect(await answerOf(project({ 'src/app.js': esm }), 'nodejs24.x')).toBe('esm');
    const imports = `import os from 'node:os'; exports.handler = async () => os.EOL;`;
    expect(await answerOf(project({ 'src/app.js': imports }), 'nodejs22.x')).toMatchObject(
      syntax('SyntaxError: Cannot use import statement outside a module'),
    );
  });

  test('a .js file with await at its top and exports is CommonJS', async () => {
    const code = project({ 'src/app.js': `const a = await Promise.resolve(1); exports.handler = async () => a;` });
    expect(await answerOf(code)).toMatchObject(
      syntax('SyntaxError: await is only valid in async functions and the top level bodies of modules'),
    );
  });

  test('a package.json above the function does not travel', async () => {
    const { path } = project({
      'package.json': '{"type":"module"}',
      'fn/src/app.js': `const b = require('./b'); exports.handler = async () => b.c;`,
      'fn/src/b.js': `exports.c = 1;`,
    });
    const code = { kind: 'directory', path: join(path, 'fn'), entries: [], external: [], isBuilt: false } as const;
    expect(await answerOf(code)).toBe(1);
  });

  // Source: aws-lambda-ric 3.3: "", .js, .mjs, .cjs.
  test('.js comes before .mjs, and .mjs before .cjs', async () => {
    const cjs = { 'src/app.cjs': `exports.handler = async () => 'cjs';` };
    const mjs = { ...cjs, 'src/app.mjs': esm };
    expect(await answerOf(project(cjs))).toBe('cjs');
    expect(await answerOf(project(mjs))).toBe('esm');
    expect(await answerOf(project({ ...mjs, 'src/app.js': `exports.handler = async () => 'js';` }))).toBe('js');
  });
});

// Source: aws-lambda-ric 4.0.2, callback-deprecation.js; Lambda developer guide, "Node.js handler".
describe('from nodejs24.x on a handler with three parameters', () => {
  const text = (parameters: string) => `exports.handler = (${parameters}) => Promise.resolve('answered');`;
  const refused = {
    errorType: 'Runtime.CallbackHandlerDeprecated',
    errorMessage:
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
  };
  test.each([
    ['event, context, callback', 'nodejs24.x', refused],
    ['event, context, callback, more', 'nodejs24.x', refused],
    ['event, context, callback', 'nodejs26.x', refused],
    ['event, context', 'nodejs24.x', 'answered'],
    ['event, context, callback', 'nodejs22.x', 'answered'],
  ])('(%s) on %s', async (parameters, runtime, expected) => {
    const { invoke } = await start({ code: inline(text(parameters)), handler: 'index.handler' }, { runtime });
    const answer = JSON.parse((await invoke({})).payload);
    if (typeof expected === 'string') expect(answer).toBe(expected);
    else expect(answer).toMatchObject(expected);
  });

  test('in TypeScript as well', async () => {
    const code = project({ 'app.ts': `export const handler = (a: unknown, b: unknown, c: () => void) => c();` });
    const { invoke } = await start({ code, handler: 'app.handler' }, { runtime: 'nodejs24.x' });
    expect(JSON.parse((await invoke({})).payload)).toMatchObject(refused);
  });
});

// aws-sdk reads no AWS_ENDPOINT_URL. These files stand for it: the configuration is in lib/core, as in 2.1693.
describe('version 2 of the SDK', () => {
  const sdk = {
    'node_modules/aws-sdk/package.json': '{"name":"aws-sdk","main":"lib/aws.js"}',
    'node_modules/aws-sdk/lib/core.js': `exports.config = { update(more) { Object.assign(this, more); } };`,
    'node_modules/aws-sdk/lib/aws.js': `module.exports = require('./core');`,
    'node_modules/aws-sdk/clients/sqs.js': `const { config } = require('../lib/core'); module.exports = class { constructor() { this.endpoint = config.endpoint; } };`,
  };
  const variables = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
  test.each([
    ['src/app.js', `const AWS = require('aws-sdk'); exports.handler = async () => AWS.config.endpoint;`],
    ['src/app.js', `const SQS = require('aws-sdk/clients/sqs'); exports.handler = async () => new SQS().endpoint;`],
    ['src/app.mjs', `import AWS from 'aws-sdk'; export const handler = async () => AWS.config.endpoint;`],
    ['src/app.ts', `import * as AWS from 'aws-sdk'; export const handler = async () => (AWS as any).config.endpoint;`],
    ['src/app.ts', `import SQS from 'aws-sdk/clients/sqs'; export const handler = async () => new SQS().endpoint;`],
  ])('calls this cloud, loaded in %s by %s', async (file, text) => {
    const code = project({ ...sdk, [file]: text });
    const { invoke } = await start({ code, handler: 'src/app.handler' }, { variables });
    expect((await invoke({})).payload).toBe('"http://127.0.0.1:4566"');
  });

  test('is not bundled, and goes where a function says', async () => {
    const text = `import AWS from 'aws-sdk'; AWS.config.update({ endpoint: 'x' }); export const handler = async () => AWS.config.endpoint;`;
    const code = project({ ...sdk, 'src/app.ts': text });
    const { invoke } = await start({ code, handler: 'src/app.handler' }, { variables });
    expect((await bundleCode(code, 'src/app.handler')).script).not.toContain('Object.assign(this');
    expect((await invoke({})).payload).toBe('"x"');
  });
});

test('what a template wants built is built, and TypeScript always', async () => {
  const code = project({ 'app.js': `export const handler = async () => 1;`, 'b.ts': 'export const handler = 1;' });
  expect((await bundleCode(code, 'app.handler')).format).toBe('require');
  expect((await bundleCode({ ...code, isBuilt: true }, 'app.handler')).format).toBe('cjs');
  expect((await bundleCode(code, 'b.handler')).format).toBe('cjs');
});

test('files are stale when one that the handler imports by name changes', async () => {
  const code = project({
    'app.js': `require('./b'); require('./c.json'); exports.handler = 1;`,
    'b.js': '',
    'c.json': '{}',
  });
  const bundle = await bundleCode(code, 'app.handler');
  expect(isStale(bundle)).toBe(false);
  writeFileSync(join(code.path, 'c.json'), '{"a":1}');
  expect(isStale(bundle)).toBe(true);
});
