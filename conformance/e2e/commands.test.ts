// The commands that speak to a local cloud that is running: send, invoke, logs, time, reset, and explain by names of the
// template. Each is the built command line beside a cloud of this process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { earwitness } from './run.ts';
import { stay } from './staying.ts';

const TEMPLATE = `Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  StockRule:
    Type: AWS::Events::Rule
    Properties: { EventBusName: !Ref Bus, EventPattern: { source: [shop.orders] } }
  UploadRule:
    Type: AWS::Events::Rule
    Properties: { EventPattern: { source: [aws.s3] }, Targets: [{ Id: q, Arn: !GetAtt Orders.Arn }] }
  Nightly: { Type: AWS::Events::Rule, Properties: { ScheduleExpression: rate(1 day) } }
  Orders: { Type: AWS::SQS::Queue }
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Orders]
      PolicyDocument:
        Statement:
          { Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sqs:SendMessage, Resource: !GetAtt Orders.Arn }
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: { Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }
  ReserveStock:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          exports.handler = async (event) => {
            console.log('got', event.n);
            if (event.n < 0) throw new TypeError('no stock');
            return { n: event.n };
          };
`;
const ORDER = '{ "source": "shop.order", "detail-type": "OrderPlaced", "detail": { "price": 1.0 } }';

let cwd: string;
let local: Local;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'earwitness-commands-'));
  writeFileSync(join(cwd, 'event.json'), ORDER);
  writeFileSync(join(cwd, 'bad.json'), '{\n  "source": nothing\n}');
  local = await startLocal();
});
afterAll(async () => {
  await local.close();
  rmSync(cwd, { recursive: true });
});
beforeEach(async () => {
  await local.reset();
  await local.deploy({ name: 'shop', template: TEMPLATE });
});

/** The command line beside the cloud, by its environment. */
const ew = (...args: string[]) =>
  earwitness(args, { cwd, env: { EARWITNESS_URL: `${local.url}/_earwitness`, EARWITNESS_TIMEOUT_MS: undefined } });

/** The only event that was accepted. */
function acceptedEvent() {
  const [fact, ...more] = local.journal.read().filter(({ kind }) => kind === 'event.accepted');
  if (fact?.kind !== 'event.accepted' || more.length > 0) throw new Error('There is not exactly one event.');
  return fact;
}

describe('send', () => {
  test('puts an event of an AWS service, prints its id, and says which rules took it', async () => {
    const detail = '{"bucket":{"name":"images"}}';
    const sent = await ew('send', '--source', 'aws.s3', '--detail-type', 'Object Created', '--detail', detail);
    const { eventId, event, bus } = acceptedEvent();
    expect(sent).toEqual({
      code: 0,
      stdout: `${eventId}\n`,
      stderr:
        'Object Created from aws.s3 on default: matched by UploadRule.\n' +
        'earwitness tail --all shows what becomes of it.\n',
    });
    expect([bus, JSON.parse(event)]).toEqual(['default', expect.objectContaining({ source: 'aws.s3' })]);
    const { queues } = await local.cloud.state({ account: '000000000000', region: 'us-east-1' });
    expect(queues).toMatchObject([{ visible: 1 }]);
  });

  test('takes an event from a file, and flags on top; the detail arrives as it was written', async () => {
    const resource = 'arn:aws:s3:::images';
    const { code, stderr } = await ew('send', '-f', 'event.json', '--bus', 'shop', '--resource', resource);
    expect([code, stderr]).toEqual([
      0,
      'OrderPlaced from shop.order on shop: no rule matches it; earwitness explain --event event.json --bus shop says why.\n' +
        'earwitness tail --all shows what becomes of it.\n',
    ]);
    expect(acceptedEvent().event).toMatch(/"resources":\["arn:aws:s3:::images"\],"detail":\{"price":1\.0\}\}$/);
  });

  test('takes an array as its argument, and tells it as JSON', async () => {
    const { code, stdout } = await ew(
      'send',
      '--json',
      `[${ORDER}, ${ORDER}]`,
      '--source',
      'shop.orders',
      '-b',
      'shop',
    );
    expect(code).toBe(0);
    const one = {
      id: expect.any(String),
      bus: 'shop',
      source: 'shop.orders',
      detailType: 'OrderPlaced',
      rules: [expect.stringMatching(/^shop-StockRule-/)],
    };
    expect(JSON.parse(stdout)).toEqual({ events: [one, one] });
  });

  test.each([
    [[], 'which event? Give it as JSON, by --file (- is standard input), or by --source, --detail-type and --detail.'],
    [['{"source":'], 'the event is not JSON at line 1, column 11, where it ends.'],
    [['-f', 'bad.json'], 'the event in bad.json is not JSON at line 2, column 13, where it has nothing\\n}.'],
    [['{}', '-f', 'event.json'], 'the event is given twice: as an argument and by --file.'],
    [['-s', 'a'], 'The event has no detail-type.'],
    [['-s', 'a', '-d', 'b', '--detail', '{'], '--detail is not JSON at line 1, column 2, where it ends.'],
    [['-f', 'event.json', '-b', 'shopp'], 'There is no event bus shopp. Did you mean shop?'],
  ])('%j is refused in one sentence, and nothing is sent', async (args, sentence) => {
    expect(await ew('send', ...args)).toEqual({ code: 2, stdout: '', stderr: `earwitness: ${sentence}\n` });
    expect(local.journal.read().filter(({ kind }) => kind === 'event.accepted')).toEqual([]);
  });
});

describe('invoke', () => {
  test.each([['ReserveStock'], ['shop.ReserveStock'], ['name'], ['arn'], ['ReserveStock:$LATEST']])(
    'by %s: prints the answer, and the log on stderr',
    async (by) => {
      const [fn] = (await local.cloud.state({ account: '000000000000', region: 'us-east-1' })).functions;
      const name = by === 'name' ? fn?.name : by === 'arn' ? fn?.arn : by;
      expect(await ew('invoke', name ?? '', '{"n":1}')).toEqual({ code: 0, stdout: '{"n":1}\n', stderr: 'got 1\n' });
    },
  );

  test('a function that fails ends with 1, and its error is the answer', async () => {
    const { code, stdout, stderr } = await ew('invoke', 'ReserveStock', '{"n":-1}');
    expect([code, JSON.parse(stdout), stderr]).toEqual([
      1,
      { errorType: 'TypeError', errorMessage: 'no stock', trace: expect.any(Array) },
      'got -1\nearwitness: ReserveStock failed: TypeError: no stock\n',
    ]);
  });

  test('as JSON it tells answer and log together', async () => {
    const { stdout } = await ew('invoke', 'ReserveStock', '{"n":2}', '--json');
    expect(JSON.parse(stdout)).toEqual({
      function: expect.stringMatching(/^shop-ReserveStock-/),
      failed: false,
      payload: { n: 2 },
      logs: ['got 2'],
    });
  });

  test.each([
    [['ReserveStok'], 'there is no function ReserveStok. Did you mean ReserveStock?'],
    [['Pay'], 'there is no function Pay. There is: ReserveStock.'],
    [['ReserveStock', 'x'], 'the payload is not JSON at line 1, column 1, where it has x.'],
    [
      ['ReserveStock', '-f', 'bad.json'],
      'the payload in bad.json is not JSON at line 2, column 13, where it has nothing\\n}.',
    ],
  ])('%j is refused in one sentence', async (args, sentence) => {
    expect(await ew('invoke', ...args)).toEqual({ code: 2, stdout: '', stderr: `earwitness: ${sentence}\n` });
  });

  test('a logical id that two stacks have is asked for with its stack', async () => {
    await local.deploy({ name: 'other', template: TEMPLATE.replace('Name: shop', 'Name: other') });
    expect((await ew('invoke', 'ReserveStock')).stderr).toBe(
      'earwitness: ReserveStock is the name of several functions. Say which: other.ReserveStock, shop.ReserveStock.\n',
    );
    expect((await ew('invoke', 'other.ReserveStock', '{"n":3}')).stdout).toBe('{"n":3}\n');
  });
});

describe('logs', () => {
  const withoutTimes = (text: string) =>
    text.replaceAll(/^\d\d:\d\d:\d\d\.\d{3}/gm, 'TIME').replaceAll(/\(.*\)$/gm, '(…)');

  test('prints what functions printed, and how they failed', async () => {
    await ew('invoke', 'ReserveStock', '{"n":1}');
    await ew('invoke', 'ReserveStock', '{"n":-1}');
    const all = await ew('logs');
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(withoutTimes(all.stdout)).toBe(
      'TIME  ReserveStock  got 1\nTIME  ReserveStock  got -1\nTIME  ReserveStock  ✗ threw: TypeError: no stock\n    at exports.handler (…)\n',
    );
    expect((await ew('logs', 'ReserveStock', '--since', '1h')).stdout).toBe(all.stdout);
  });

  test('--since counts by the clock of the cloud', async () => {
    await ew('invoke', 'ReserveStock', '{"n":1}');
    await local.clock.advance(3_600_000);
    await ew('invoke', 'ReserveStock', '{"n":2}');
    expect(withoutTimes((await ew('logs', '--since', '30m')).stdout)).toBe('TIME  ReserveStock  got 2\n');
    await local.purge();
    expect(await ew('logs', '--since', '30m')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Nothing was printed since then.\n',
    });
  });

  test('as JSON, one object a line', async () => {
    await ew('invoke', 'ReserveStock', '{"n":1}');
    const { stdout } = await ew('logs', '--json');
    expect(JSON.parse(stdout)).toEqual({
      at: expect.any(Number),
      time: expect.stringMatching(/Z$/),
      function: expect.stringMatching(/^shop-ReserveStock-/),
      invocationId: expect.any(String),
      stream: 'stdout',
      line: 'got 1',
    });
  });

  test('--follow goes on with what comes, and ends with 0 on Ctrl-C', async () => {
    const following = stay(['logs', '--follow'], { cwd, env: { EARWITNESS_URL: `${local.url}/_earwitness` } });
    await following.until('Ctrl-C stops.');
    await ew('invoke', 'ReserveStock', '{"n":7}');
    await following.until('got 7');
    const { code, printed } = await following.interrupt();
    expect([code, withoutTimes(printed)]).toEqual([0, 'Ctrl-C stops.\nTIME  ReserveStock  got 7\n']);
  });

  test.each([
    [['Stock'], 'there is no function Stock. There is: ReserveStock.'],
    [
      ['--since', 'yesterday'],
      "--since takes how long ago, such as 10m, or a time, such as 2026-11-22T14:00:00Z; not 'yesterday'.",
    ],
  ])('%j is refused in one sentence', async (args, sentence) => {
    expect(await ew('logs', ...args)).toEqual({ code: 2, stdout: '', stderr: `earwitness: ${sentence}\n` });
  });
});

test('time shows the clock of the cloud, moves it on, and what becomes due is done', async () => {
  const nightly = () => local.journal.read().filter((fact) => fact.kind === 'event.accepted').length;
  const before = local.clock.now();
  const { stdout } = await ew('time', '--json');
  const { now, time } = JSON.parse(stdout) as { now: number; time: string };
  expect([time, now >= before, now <= local.clock.now()]).toEqual([new Date(now).toISOString(), true, true]);
  expect(nightly()).toBe(0);
  const moved = await ew('time', '+1d12h');
  expect(moved.code).toBe(0);
  expect(Date.parse(moved.stdout.trim())).toBeGreaterThanOrEqual(before + 129_600_000);
  expect(moved.stderr).toMatch(/^The clock was moved on by .* in all\.\n$/);
  expect(nightly()).toBe(1);
  expect(await ew('time', 'tomorrow')).toEqual({
    code: 2,
    stdout: '',
    stderr: "earwitness: time takes how far to move the clock on: +90s, +2h, +1d12h; not 'tomorrow'.\n",
  });
});

test('reset --keep-stacks forgets messages and logs; reset forgets stacks, too', async () => {
  await ew('send', '-s', 'aws.s3', '-d', 'Object Created');
  await ew('invoke', 'ReserveStock', '{"n":1}');
  expect(await ew('reset', '--keep-stacks')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'Messages, events, logs and the journal are forgotten. Stacks that stay: shop.\n',
  });
  const home = { account: '000000000000', region: 'us-east-1' };
  expect(await local.cloud.state(home)).toMatchObject({ stacks: [{ name: 'shop' }], queues: [{ visible: 0 }] });
  expect((await ew('logs')).stderr).toBe('Nothing was printed.\n');
  expect(JSON.parse((await ew('reset', '--json')).stdout)).toEqual({ stacks: [] });
  expect(await local.cloud.state(home)).toMatchObject({ stacks: [], queues: [], functions: [] });
});

describe('explain', () => {
  const answer = `rule StockRule
  The event does not match the pattern: 1 of 1 field failed:
    ✗ source
        expected "shop.orders"
        found    "shop.order"

`;
  test.each([
    ['by its logical id, on whatever bus it is', ['--rule', 'StockRule']],
    ['by its stack and logical id', ['--rule', 'shop.StockRule']],
    ['by the logical id of its bus', ['--bus', 'Bus']],
  ])('a rule is found %s', async (_how, args) => {
    expect(await ew('explain', '--event', 'event.json', ...args)).toEqual({ code: 1, stdout: answer, stderr: '' });
  });

  test('as JSON: each rule with every field', async () => {
    const { code, stdout } = await ew('explain', '--event', 'event.json', '--rule', 'StockRule', '--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      {
        matched: false,
        explanations: [
          {
            bus: 'shop',
            rule: expect.stringMatching(/^shop-StockRule-/),
            pattern: { source: ['shop.orders'] },
            matched: false,
            fields: [{ path: 'source', verdict: 'missed', found: [{ at: 'source', value: '"shop.order"' }] }],
          },
        ],
      },
    ]);
  });

  test.each([
    [
      ['--rule', 'StokRule'],
      'there is no rule StokRule. Did you mean StockRule? There is: Nightly, StockRule, UploadRule.',
    ],
    [['--rule', 'StockRule', '--bus', 'default'], 'there is no rule StockRule. There is: Nightly, UploadRule.'],
    [['--bus', 'shopp'], 'there is no event bus shopp. Did you mean shop? There is: default, shop.'],
    [['--rule', 'Nightly'], 'rule Nightly has no pattern: it runs on a schedule.'],
  ])('%j is refused in one sentence', async (args, sentence) => {
    const { code, stderr } = await ew('explain', '--event', 'event.json', ...args);
    expect([code, stderr]).toEqual([2, `earwitness: ${sentence}\n`]);
  });
});

test.each([['send', '{}'], ['invoke', 'f'], ['logs'], ['time'], ['time', '+1s'], ['reset'], ['open']])(
  '%s says where it looked for a cloud, when there is none',
  async (...args) => {
    expect(await earwitness([...args, '--port', '1'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "earwitness: no local cloud answers at http://127.0.0.1:1/_earwitness. Start one with 'earwitness dev', or name its --port.\n",
    });
  },
);

test('open prints the address of the console, with the route that was asked for', async () => {
  expect(await ew('open', '--no-open')).toEqual({ code: 0, stdout: `${local.url}/_earwitness\n`, stderr: '' });
  expect((await ew('open', '--no-open', '#/queues')).stdout).toBe(`${local.url}/_earwitness#/queues\n`);
  expect(await ew('open', 'queues')).toEqual({
    code: 2,
    stdout: '',
    stderr:
      "earwitness: there is no file queues. earwitness exec saves a journal with EARWITNESS_REPORT=<folder>; a route of the console begins with '#/'.\n",
  });
});
