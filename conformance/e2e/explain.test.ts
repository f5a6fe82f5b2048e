// `earwitness explain` and `doctor`: what a person asks when an event does not come.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cli, earwitness } from './run.ts';

let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'earwitness-explain-'));
  const event = { source: 'orderService', 'detail-type': 'OrderCreated', detail: { total: 50 } };
  writeFileSync(join(cwd, 'event.json'), JSON.stringify(event));
  writeFileSync(join(cwd, 'pattern.json'), '{ "source": ["OrderService"] }');
  writeFileSync(join(cwd, 'entry.json'), '{ "source": "OrderService" ');
  writeFileSync(
    join(cwd, 'flow.yaml'),
    `Transform: AWS::Serverless-2016-10-31
Resources:
  OrderFlow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Events: { Created: { Type: EventBridgeRule, Properties: { Pattern: { source: [orderService] } } } }
      Definition:
        StartAt: Check
        States:
          Check: { Type: Pass, Next: Refuse }
          Refuse: { Type: Fail, Error: OutOfStock, Cause: nothing is left }
`,
  );
  writeFileSync(
    join(cwd, 'bus.yaml'),
    `Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: orders } }
  Dear:
    Type: AWS::Events::Rule
    Properties: { Name: dear, EventBusName: !Ref Bus, EventPattern: { detail: { total: [{ numeric: ['>', 100] }] } } }
  Every:
    Type: AWS::Events::Rule
    Properties: { Name: every, EventBusName: !Ref Bus, State: DISABLED, EventPattern: { source: [{ prefix: order }] } }
`,
  );
});

afterAll(() => {
  rmSync(cwd, { recursive: true });
});

/** The command line inside a local cloud of its own. */
const inCloud = (...args: string[]) =>
  earwitness(['exec', '--template', 'orders=bus.yaml', '--', process.execPath, cli, ...args], { cwd });

describe('explain', () => {
  test('a pattern that does not match: which field, what was expected, what was found', async () => {
    const { code, stdout } = await earwitness(['explain', '--event', 'event.json', '--pattern', 'pattern.json'], {
      cwd,
    });
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `pattern.json
  The event does not match the pattern: 1 of 1 field failed:
    ✗ source
        expected "OrderService"
        found    "orderService"
        hint     differs only in case

`,
    });
  });

  test('a relay takes every event: it does not make a match of what no other rule takes', async () => {
    const other = join(cwd, 'other.json');
    writeFileSync(other, '{ "source": "shop", "detail-type": "OrderCreated", "detail": { "total": 50 } }');
    const explain = [process.execPath, cli, 'explain', '--event', other, '--bus', 'orders'];
    const { code, stdout } = await earwitness(['exec', '--template', 'orders=bus.yaml', '--relay', '--', ...explain], {
      cwd,
    });
    expect([code, stdout.match(/^rule .*$/gm)]).toEqual([
      1,
      ['rule dear', 'rule RelayRule (takes every event: does not count)', 'rule every (disabled)'],
    ]);
  });

  test('a bus without rules: which others have some', async () => {
    expect(await inCloud('explain', '--event', 'event.json')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('bus default has no rules. There are rules on: --bus orders.'),
    });
  });

  test('the rules of a bus of the local cloud, each with its answer', async () => {
    expect(await inCloud('explain', '--event', 'event.json', '--bus', 'orders')).toMatchObject({
      code: 0,
      stdout: `rule dear
  The event does not match the pattern: 1 of 1 field failed:
    ✗ detail.total
        expected {"numeric":[">",100]}
        found    50

rule every (disabled)
  The event matches the pattern:
    ✓ source: "orderService"

`,
    });
  });

  test('an execution of a state machine: what it did, state by state', async () => {
    const run = `const { execFileSync } = require('node:child_process');
      const cli = (...args) => execFileSync(process.execPath, ['${cli}', ...args], { encoding: 'utf8' });
      cli('send', '-f', 'event.json');
      const told = cli('explain', 'OrderFlow');
      const name = /OrderFlow\\/\\w{8}…/.exec(told)[0];
      console.log(told + [name, 'shop.OrderFlow'].every((one) => cli('explain', one) === told) + JSON.parse(cli('explain', name, '--json')).status);`;
    const { stdout, stderr } = await earwitness(
      ['exec', '--template', 'shop=flow.yaml', '--', process.execPath, '--eval', run],
      { cwd },
    );
    const told = stdout.replace(/[0-9a-f-]{36}_\S+/, 'ID').replaceAll(/\w{8}…/g, 'ID…');
    expect(told.replaceAll(/\d+\.\d/g, '0.0'), stderr).toMatchInlineSnapshot(`
      "  execution OrderFlow/ID  0.0 ms
           0.0  execution     OrderFlow/ID… started
           0.0  state         Check (Pass)
           0.0  state         Refuse (Fail)
           0.0  execution     OrderFlow/ID… failed at Refuse: OutOfStock:
                              nothing is left

      trueFAILED
      "
    `);
  });

  test.each([
    [['by-hand', '--event', 'event.json'], /^earwitness: an execution is explained without --event\.\n$/],
    [[], /^earwitness: explain takes an event \(--event file\) or an execution \(its ARN or its name\)\.\n$/],
    [['--event', 'no.json', '--pattern', 'pattern.json'], /^earwitness: there is no file no\.json\.\n$/],
    [
      ['--event', 'entry.json', '--pattern', 'pattern.json'],
      /^earwitness: the event in entry\.json is not JSON at line 1, column 28, where it ends\.\n$/,
    ],
    [['--event', 'event.json', '--pattern', 'event.json'], /^earwitness: event\.json is not an event pattern: .*\n$/s],
    [
      ['--event', 'event.json', '--port', '1'],
      /^earwitness: no local cloud answers at http:\/\/127\.0\.0\.1:1\/_earwitness\. Start one with/,
    ],
  ])('%j is refused in one sentence', async (args, sentence) => {
    const { code, stderr } = await earwitness(['explain', ...args], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
  });
});

describe('doctor', () => {
  test('finds a local cloud well', async () => {
    const { code, stdout } = await inCloud('doctor');
    expect(stdout.replaceAll(/\d[\d.]*\d/g, 'N')).toBe(`✓ Node N
✓ no earwitness.config.ts: flags and the environment say it all
✓ local cloud at http://N:N
✓ NODE_EXTRA_CA_CERTS can be read
✓ GRPC_DEFAULT_SSL_ROOTS_FILE_PATH can be read
✓ subscribed in N ms
`);
    expect(code).toBe(0);
  });

  test('where no cloud is named, that is told once', async () => {
    const env = { EARWITNESS_URL: undefined, MOMENTO_API_KEY: undefined };
    const { code, stdout } = await earwitness(['doctor'], { cwd, env });
    expect([code, stdout.match(/^✗.*$/gm)]).toEqual([
      1,
      [expect.stringMatching(/names no cloud$|does not know of it$/)],
    ]);
  });

  // Source: botocore, stepfunctions, StartSyncExecution, endpoint.hostPrefix: `sync-`.
  test('says what clients of Step Functions need that ask for another host', async () => {
    const client = join(cwd, 'node_modules', '@aws-sdk', 'client-sfn');
    mkdirSync(client, { recursive: true });
    writeFileSync(join(client, 'package.json'), '{ "name": "@aws-sdk/client-sfn", "main": "index.js" }');
    writeFileSync(join(client, 'index.js'), '');
    const env = { EARWITNESS_URL: 'http://127.0.0.1:2/_earwitness', AWS_DISABLE_HOST_PREFIX_INJECTION: undefined };
    const { stdout } = await earwitness(['doctor'], { cwd, env });
    rmSync(join(cwd, 'node_modules'), { recursive: true });
    expect(stdout.match(/^! StartSync[^✗]*/m)?.[0]).toMatchInlineSnapshot(`
      "! StartSyncExecution and TestState of @aws-sdk/client-sfn ask for
          sync-127.0.0.1, a name that is not known here
        → in tests: new SFNClient({ disableHostPrefix: true }); functions that run in
          the local cloud need nothing
      ! so do the AWS CLI and boto3: AWS_DISABLE_HOST_PREFIX_INJECTION is not set
        → eval "$(npx earwitness env)"
      "
    `);
  });

  test('tells the same as JSON', async () => {
    const { code, stdout } = await inCloud('doctor', '--json');
    const told = JSON.parse(stdout.replaceAll(/\d[\d.]*\d/g, 'N')) as { ok: boolean; findings: object[] };
    expect([code, told.ok, told.findings.slice(0, 3)]).toEqual([
      0,
      true,
      [
        { verdict: 'ok', text: 'Node N' },
        { verdict: 'ok', text: 'no earwitness.config.ts: flags and the environment say it all' },
        { verdict: 'ok', text: 'local cloud at http://N:N' },
      ],
    ]);
  });

  test('says what to do for each thing that is not well, and ends with 1', async () => {
    const env = {
      EARWITNESS_URL: 'http://127.0.0.1:2/_earwitness',
      GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: '/no/such/file',
      NODE_EXTRA_CA_CERTS: undefined,
      AWS_PROFILE: 'production',
      AWS_DEFAULT_PROFILE: 'production',
      AWS_SESSION_TOKEN: 'token',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_ENDPOINT_URL_SQS: 'https://sqs.example',
      AWS_CA_BUNDLE: '/etc/ca.pem',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      grpc_proxy: undefined,
      https_proxy: undefined,
      HTTPS_PROXY: undefined,
      http_proxy: 'http://proxy:3128',
      no_proxy: undefined,
      NO_PROXY: undefined,
    };
    const { code, stdout } = await earwitness(['doctor'], { cwd, env });
    expect(
      stdout
        // Further lines of what has no room in 80 columns.
        .replaceAll('\n    ', ' ')
        .split('\n')
        .slice(2, -1)
        .map((line) => line.replace(/(does not know its apiKey).*/, '$1')),
    ).toEqual([
      '✗ the environment names a local cloud that does not answer: http://127.0.0.1:2/_earwitness',
      '  → start it (earwitness dev), then eval "$(npx earwitness env)"',
      '✗ NODE_EXTRA_CA_CERTS is not set, so clients do not trust the local cloud',
      '  → eval "$(npx earwitness env)"',
      '✗ GRPC_DEFAULT_SSL_ROOTS_FILE_PATH names /no/such/file, which cannot be read',
      '  → eval "$(npx earwitness env)"',
      '! a proxy is set (http_proxy), and calls to 127.0.0.1 may go to it',
      '  → export no_proxy=127.0.0.1,localhost NO_PROXY=127.0.0.1,localhost',
      '! AWS_PROFILE is set: AWS clients take credentials and settings of that profile',
      '  → unset AWS_PROFILE',
      '! AWS_DEFAULT_PROFILE is set: the AWS CLI takes credentials and settings of that profile',
      '  → unset AWS_DEFAULT_PROFILE',
      '! AWS_SESSION_TOKEN is set: AWS clients send a token that belongs to other credentials',
      '  → unset AWS_SESSION_TOKEN',
      '! AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is set: AWS clients pass over AWS_ENDPOINT_URL and call the real cloud',
      '  → unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
      '! AWS_ENDPOINT_URL_SQS is set: AWS clients of that service prefer it to AWS_ENDPOINT_URL',
      '  → unset AWS_ENDPOINT_URL_SQS',
      '! AWS_CA_BUNDLE is set: the AWS CLI and other AWS clients trust the certificates of that file alone',
      '  → unset AWS_CA_BUNDLE',
      '! AWS_USE_FIPS_ENDPOINT is set: AWS clients take no AWS_ENDPOINT_URL beside it: "FIPS and custom endpoint are not supported"',
      '  → unset AWS_USE_FIPS_ENDPOINT',
      '! AWS_USE_DUALSTACK_ENDPOINT is set: AWS clients take no AWS_ENDPOINT_URL beside it: "Dualstack and custom endpoint are not supported"',
      '  → unset AWS_USE_DUALSTACK_ENDPOINT',
      '✗ cannot subscribe: subscribe() does not know its apiKey',
    ]);
    expect(code).toBe(1);
  });
});
