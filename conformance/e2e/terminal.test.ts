// What the command line prints of hostile events, rules, templates, files and flags: text, never what a terminal would obey.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { HOSTILE, rawIn, SHOWN } from '../../packages/earwitness/src/printing/hostile.test.ts';
import { createProject } from './project.ts';
import { cli, earwitness, run } from './run.ts';
import { stay } from './staying.ts';

let folder: string;
let local: Local;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'earwitness-terminal-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  local = await startLocal();
  await publish(local.url);
  await local.deploy({ name: 'hostile', template: JSON.stringify({ Resources: { Fn: LOUD, Role } }) });
  const [fn] = (await local.cloud.state({ account: '000000000000', region: 'us-east-1' })).functions;
  await earwitness(['invoke', fn?.arn ?? '', '--port', new URL(local.url).port]);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await local.close();
});

/** A rule and an event on the bus of a local cloud. */
async function publish(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
  const bus = new EventBridgeClient({ endpoint, region: 'us-east-1', credentials });
  const EventPattern = JSON.stringify({ source: [`${HOSTILE}x`], detail: { [HOSTILE]: [HOSTILE] } });
  await bus.send(new PutRuleCommand({ Name: 'rule', EventPattern }));
  const Detail = JSON.stringify({ [HOSTILE]: HOSTILE });
  await bus.send(new PutEventsCommand({ Entries: [{ Source: HOSTILE, DetailType: HOSTILE, Detail }] }));
  bus.destroy();
}

/** A function that prints hostile text and throws some. */
const LOUD = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Code: {
      ZipFile: `exports.handler = async () => { console.log(${JSON.stringify(HOSTILE)}); throw new Error(${JSON.stringify(HOSTILE)}); };`,
    },
  },
};
const Role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    },
  },
};

const EVENT = { source: HOSTILE, 'detail-type': HOSTILE, detail: { [HOSTILE]: HOSTILE }, id: HOSTILE };
const about = { subscription: HOSTILE, at: 1000 };
const question = { kind: 'one', expectation: { partial: { source: HOSTILE, detail: { [HOSTILE]: 'x' } } } };
const wait = { ...about, kind: 'wait', endedAt: 1009, timeoutMs: 9, title: HOSTILE, place: HOSTILE };
const lines = (...values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const lock = (schema: object) => JSON.stringify({ version: 1, events: { [HOSTILE]: { [HOSTILE]: schema } } });
const template = (resource: object) => JSON.stringify({ Resources: { R: resource } });

const FILES: Readonly<Record<string, string>> = {
  'event.json': JSON.stringify(EVENT),
  'sent.json': JSON.stringify({ source: HOSTILE, 'detail-type': HOSTILE, detail: { [HOSTILE]: HOSTILE } }),
  'broken.json': `${HOSTILE} {`,
  'pattern.json': JSON.stringify({ source: [`${HOSTILE}x`], [HOSTILE]: [HOSTILE] }),
  'refused.json': JSON.stringify({ [HOSTILE]: [{ [HOSTILE]: HOSTILE }] }),
  'run.ndjson': lines(
    { ...about, kind: 'subscription', version: 1, closedAt: 1010, transports: [{ name: HOSTILE, topic: HOSTILE }] },
    { ...about, kind: 'item', sizeBytes: 1, message: EVENT },
    { ...about, kind: 'item', sizeBytes: 1, message: HOSTILE },
    { ...wait, question, outcome: 'EventNotReceivedError' },
    { ...wait, question, outcome: HOSTILE },
  ),
  'unreadable.ndjson': lines({ ...about, kind: HOSTILE }),
  'type.json': template({ Type: HOSTILE }),
  'property.json': template({ Type: 'AWS::SQS::Queue', Properties: { [HOSTILE]: HOSTILE } }),
  'reference.json': template({ Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: HOSTILE } } }),
  'output.json': JSON.stringify({
    Resources: { Q: { Type: 'AWS::SQS::Queue' } },
    Outputs: { Hostile: { Value: HOSTILE } },
  }),
  'refused-lock/earwitness.config.mjs': "export default { contracts: { lock: 'events.lock.json' } };",
  'refused-lock/events.lock.json': lock({ type: HOSTILE, [HOSTILE]: 1 }),
  'lock/earwitness.config.mjs': "export default { contracts: { lock: 'events.lock.json' } };",
  'lock/observe.mjs': `import { writeFileSync } from 'node:fs';
writeFileSync(\`\${process.env.EARWITNESS_OBSERVED}/one.json\`, JSON.stringify({ seen: ${JSON.stringify(lock({ type: 'object' }))}, uses: [] }));`,
  'config/earwitness.config.mjs': `export default { [${JSON.stringify(HOSTILE)}]: 1 };`,
  'throws/earwitness.config.mjs': `throw new Error(${JSON.stringify(HOSTILE)});`,
};

const node = ['--', process.execPath, '-e', ''];

/** Commands that end by themselves; what each prints, on either stream, has the hostile text in it. */
const COMMANDS: Readonly<Record<string, readonly string[] | (() => readonly string[])>> = {
  'explain with a pattern': ['explain', '--event', 'event.json', '--pattern', 'pattern.json'],
  'explain with the rules of a bus': () => ['explain', '--event', 'event.json', '--port', new URL(local.url).port],
  'explain with a bus that does not exist': () => [
    ...['explain', '--event', 'event.json', '--bus', HOSTILE],
    ...['--port', new URL(local.url).port],
  ],
  'explain with a rule that does not exist': () => [
    ...['explain', '--event', 'event.json', '--rule', HOSTILE],
    ...['--port', new URL(local.url).port],
  ],
  'send of an event': () => ['send', '--file', 'sent.json', '--port', new URL(local.url).port],
  'send to a bus that does not exist': () => [
    ...['send', '--file', 'sent.json', '--bus', HOSTILE],
    ...['--port', new URL(local.url).port],
  ],
  'send of what is no event': () => ['send', '--file', 'pattern.json', '--port', new URL(local.url).port],
  'invoke of a function that does not exist': () => ['invoke', HOSTILE, '--port', new URL(local.url).port],
  logs: () => ['logs', '--port', new URL(local.url).port],
  'logs since no time': () => ['logs', '--since', HOSTILE, '--port', new URL(local.url).port],
  'time to no time': () => ['time', HOSTILE, '--port', new URL(local.url).port],
  'explain with an event that is no JSON': ['explain', '--event', 'broken.json', '--pattern', 'pattern.json'],
  'explain with a pattern that is refused': ['explain', '--event', 'event.json', '--pattern', 'refused.json'],
  'explain with a file that is not there': ['explain', '--event', HOSTILE],
  replay: ['replay', 'run.ndjson'],
  'replay of a file that cannot be read': ['replay', 'unreadable.ndjson'],
  'report of a folder that is not there': ['report', HOSTILE],
  'a template with an unknown type': ['exec', '--template', 't=type.json', ...node],
  'a template with an unknown property': ['exec', '--template', 't=property.json', ...node],
  'a template with a reference to nothing': ['exec', '--template', 't=reference.json', ...node],
  'a template that is not there': ['exec', '--template', `t=${HOSTILE}`, ...node],
  'a flag that does not parse': ['exec', '--template', HOSTILE, ...node],
  'a parameter of no stack': ['exec', '--parameter', `${HOSTILE.replaceAll('.', '')}.A=b`, ...node],
  'a command that does not exist': ['exec', '--', HOSTILE],
  'a lock file that is refused': ['lock', '--cwd', 'refused-lock'],
  'a lock file that has grown': ['lock', '--cwd', 'lock', '--', process.execPath, 'lock/observe.mjs'],
  'a configuration that is refused': ['exec', '--cwd', 'config', ...node],
  'a configuration that throws': ['exec', '--cwd', 'throws', ...node],
  'a subcommand that does not exist': [HOSTILE.replace('\n', '')],
  'an option that does not exist': ['env', `--${HOSTILE.replace('\n', '')}`],
};

test.each(Object.entries(COMMANDS))('%s', async (_name, args) => {
  const { stdout, stderr } = await earwitness(typeof args === 'function' ? args() : args, { cwd: folder });
  expect(`${stdout}${stderr}`).toMatch(/forged|\\u001b/);
  expect([rawIn(stdout), rawIn(stderr)]).toEqual([[], []]);
});

test('with colour there are no colours but ours', async () => {
  const { stdout } = await earwitness(['replay', 'run.ndjson'], {
    cwd: folder,
    env: { NO_COLOR: undefined, FORCE_COLOR: '1' },
  });
  expect(stdout).toContain('\u001b[31m✗');
  expect(stdout).not.toContain('\u001b[31mred');
});

test('doctor, with a hostile environment', async () => {
  const env = { EARWITNESS_URL: `http://127.0.0.1:1/${HOSTILE}`, NODE_EXTRA_CA_CERTS: undefined };
  const { code, stdout, stderr } = await earwitness(['doctor'], {
    cwd: folder,
    env: { ...env, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: HOSTILE, EARWITNESS_TRANSPORT: HOSTILE },
  });
  expect({ code, stdout: stdout.replace(/^✓ Node .*$/m, '✓ Node'), stderr }).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "",
      "stdout": "✓ Node
    ✓ no earwitness.config.ts: flags and the environment say it all
    ✗ the environment names a local cloud that does not answer:
        http://127.0.0.1:1/\\u001b[31mred\\u001b]0;title\\u0007\\u009b2J\\r\\n✓forged\\t\\u007f\\u061c\\u202e\\u2066\\u2028\\u2029\\u200b\\u2060\\ufeff\\udb40\\udc41
      → start it (earwitness dev), then eval "$(npx earwitness env)"
    ✗ NODE_EXTRA_CA_CERTS is not set, so clients do not trust the local cloud
      → eval "$(npx earwitness env)"
    ✗ GRPC_DEFAULT_SSL_ROOTS_FILE_PATH names
        \\u001b[31mred\\u001b]0;title\\u0007\\u009b2J\\r\\n✓forged\\t\\u007f\\u061c\\u202e\\u2066\\u2028\\u2029\\u200b\\u2060\\ufeff\\udb40\\udc41,
        which cannot be read
      → eval "$(npx earwitness env)"
    ! fetch refuses port 1: tests and functions that call the local cloud by fetch
        fail with "bad port"
      → start it with another --port
    ✗ cannot subscribe: EARWITNESS_TRANSPORT is
        "\\u001b[31mred\\u001b]0;title\\u0007\\u009b2J\\r\\n✓forged\\t\\u007f\\u061c\\u202e\\u2066\\u2028\\u2029\\u200b\\u2060\\ufeff\\udb40\\udc41";
        it can be momento, momento-http, appsync-events.
    ",
    }
  `);
});

/** Leaves a failed wait that nobody awaits, and evidence that cannot be written. */
const FORGETS = `import { MemoryTopic, subscribe } from 'earwitness';
const events = await subscribe({ transport: new MemoryTopic() });
void events.waitForMessageMatching({ source: process.env.HOSTILE }, { timeoutMs: 1 });
const others = await subscribe({ transport: new MemoryTopic() });
await others.unsubscribe();
`;

test('what the kit itself says, of waits that nobody awaited and of evidence, is text', async () => {
  using project = createProject({});
  writeFileSync(join(project.folder, 'forgets.mjs'), FORGETS);
  const env = { HOSTILE, EARWITNESS_REPORT: join(project.folder, 'package.json', HOSTILE) };
  const { code, stderr } = await run(process.execPath, ['forgets.mjs'], { cwd: project.folder, env });
  expect(code).toBe(1);
  expect(stderr).toContain(`was never awaited: no event arrived within 1 ms\n`);
  expect(stderr).toContain(`an event from ${SHOWN}`);
  expect(stderr).toContain('no evidence is written to');
  expect(rawIn(stderr)).toEqual([]);
});

describe('a command that stays', () => {
  test('dev shows outputs and journeys as text', async () => {
    const dev = stay(['dev', '--port', '0', '--template', 't=output.json'], { cwd: folder });
    const port = /AWS endpoint\s+http:\/\/127\.0\.0\.1:(\d+)/.exec(await dev.until('Ctrl-C stops'))?.[1];
    await publish(`http://127.0.0.1:${port}`);
    await dev.until('matched');
    const { code, printed } = await dev.interrupt();
    expect(code).toBe(0);
    expect(rawIn(printed)).toEqual([]);
    expect(printed).toContain(`t Hostile         ${SHOWN}\n`);
    const [, journey = ''] = printed.split('Ctrl-C stops.\n\n');
    expect(journey.replaceAll(/ +\d+\.\d/g, ' N.N')).toMatchInlineSnapshot(`
      "  \\u001b[31mred\\u001b]0;title\\u0007\\u009b2J\\r\\n✓forged\\t\\u007f\\u061c… N.N ms
       N.N  PutEvents     \\u001b[31mred\\u001b]0;title\\u0007\\u009b2J\\r\\n✓forged\\t
                              \\u007f\\u061c\\u202e\\u2066\\u2028\\u2029\\u200b\\u2060\\ufeff
                              \\udb40\\udc41
                              from
                              \\u001b[31mred\\u001b]0;title\\u0007\\u009b2J\\r\\n✓forged\\t
                              \\u007f\\u061c\\u202e\\u2066\\u2028\\u2029\\u200b\\u2060\\ufeff
                              \\udb40\\udc41
                              on default
       N.N  rule          none of 1 on default matched

      "
    `);
  });

  test('tail does, too, and its JSON says the same as the journal', async () => {
    const { port } = new URL(local.url);
    const tail = stay(['tail', '--all', '--port', port]);
    await tail.until('matched');
    expect(rawIn((await tail.interrupt()).printed)).toEqual([]);

    const json = stay(['tail', '--all', '--json', '--port', port]);
    await json.until('event.unmatched');
    const { printed } = await json.interrupt();
    expect(rawIn(printed)).toEqual([]);
    const facts = printed.split('\n').filter((one) => one.startsWith('{'));
    expect(facts.map((one): unknown => JSON.parse(one))).toEqual(local.journal.read().slice(0, facts.length));
  });
});

describe('env', () => {
  /** Values that would run something, or end what they stand in, where a shell looked at them. */
  const VALUES = {
    Substitution: '$(touch ran)`touch ran`',
    Quotes: `'; touch ran; '"\\`,
    Lines: 'a\n; touch ran\n\tb',
    Variable: '$HOME ~ * !! # \\',
    Hostile: HOSTILE,
    Empty: '',
  };

  test.each(['sh', 'bash'])('what %s evaluates sets the values and runs nothing', async (shell) => {
    const found = await run(shell, ['-c', 'true']).catch(() => undefined);
    if (!found) return void console.log(`there is no ${shell} here`);
    await using cloud = await startLocal();
    const Outputs = Object.fromEntries(Object.entries(VALUES).map(([name, Value]) => [name, { Value }]));
    const Resources = { Q: { Type: 'AWS::SQS::Queue' } };
    await cloud.deploy({ name: 'values', template: JSON.stringify({ Resources, Outputs }) });
    const ask = `${process.execPath} ${cli} env --port ${new URL(cloud.url).port}`;
    const code = `eval "$(${ask})" && "${process.execPath}" -e 'console.log(JSON.stringify(process.env))' && ls`;
    const { stdout } = await run(shell, ['-c', code], { cwd: mkdtempSync(join(folder, 'shell-')) });
    const [printed = '', ...files] = stdout.trimEnd().split('\n');
    const set = JSON.parse(printed) as Record<string, string>;
    const names = Object.keys(VALUES).map((name) => [name, set[name.toUpperCase()]]);
    expect(Object.fromEntries(names)).toEqual(VALUES);
    expect(files).toEqual([]);
  });

  test('a name that is none of a variable is left out, and what is no list of variables is no local cloud', async () => {
    let body = JSON.stringify({ 'A=1; touch ran;': 'x', [HOSTILE]: 'x', '1A': 'x', B: 'b' });
    const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const ask = async () => earwitness(['env', '--port', String((server.address() as AddressInfo).port)]);
    const { stdout, stderr } = await ask();
    const isOfServer = (text: string) =>
      text !== '' && !/^(unset AWS_|export (NO_PROXY|no_proxy|no_grpc_proxy)=)/.test(text);
    expect(stdout.split('\n').filter(isOfServer)).toEqual(["export B='b'"]);
    expect(rawIn(stderr)).toEqual([]);
    expect(stderr.split('\n')).toHaveLength(4);
    for (body of ['{"A":1}', '[["A"]]', '"A"', 'no JSON']) expect(await ask()).toMatchObject({ code: 2, stdout: '' });
  });
});
