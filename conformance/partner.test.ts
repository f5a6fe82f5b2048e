// A partner's server in the test, behind an API destination and a function of the local cloud.
import { type Local, startLocal } from '@earwitness/local';
import { cloud, EventNotReceivedError, fakeDestination, NotLocalError, UnexpectedEventError } from 'earwitness';
import { afterEach, beforeEach, expect, test } from 'vitest';

const TEMPLATE = `
Parameters:
  ShippingUrl: { Type: String }
Resources:
  Bus: { Type: AWS::Events::EventBus, Properties: { Name: shop } }
  Connection:
    Type: AWS::Events::Connection
    Properties:
      AuthorizationType: API_KEY
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: x-api-key, ApiKeyValue: for-the-partner } }
  Destination:
    Type: AWS::Events::ApiDestination
    Properties:
      ConnectionArn: !GetAtt Connection.Arn
      HttpMethod: POST
      InvocationEndpoint: !Sub \${ShippingUrl}/shipments
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: call
          PolicyDocument: { Statement: [{ Effect: Allow, Action: events:InvokeApiDestination, Resource: '*' }] }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: { detail-type: [OrderPlaced] }
      Targets:
        - { Id: partner, Arn: !GetAtt Destination.Arn, RoleArn: !GetAtt Role.Arn, InputPath: $.detail }
`;

let local: Local;
let before: NodeJS.ProcessEnv;

beforeEach(async () => {
  before = { ...process.env };
  local = await startLocal();
  Object.assign(process.env, local.env);
});

afterEach(async () => {
  await local.close();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

const placeOrder = (orderId: string) =>
  local.cloud.dispatch.call(
    'events',
    'PutEvents',
    {
      Entries: [
        { EventBusName: 'shop', Source: 'shop', DetailType: 'OrderPlaced', Detail: JSON.stringify({ orderId }) },
      ],
    },
    {
      account: '000000000000',
      region: 'us-east-1',
      principal: { kind: 'account', arn: 'arn:aws:iam::000000000000:root' },
    },
  );

test('an API destination is retried until the partner takes the order, and the test awaits each request', async () => {
  await using partner = await fakeDestination({ answers: [500, { status: 503, body: { error: 'later' } }, 204] });
  await local.deploy({ name: 'shop', template: TEMPLATE, parameters: { ShippingUrl: partner.url } });
  await placeOrder('7');
  const request = await partner.waitForRequestMatching({ method: 'POST', path: '/shipments', body: { orderId: '7' } });
  expect(request).toMatchObject({ query: {}, headers: { 'x-api-key': 'for-the-partner', 'content-type': /json/ } });
  await cloud.advance(60_000);
  expect(partner.requests.map(({ body }) => body)).toEqual([{ orderId: '7' }, { orderId: '7' }, { orderId: '7' }]);
  const { facts } = await cloud.journal({ kind: 'delivery.attempted' });
  expect(facts.map(({ status, outcome }) => [status, outcome])).toEqual([
    [500, 'retry'],
    [503, 'retry'],
    [204, 'delivered'],
  ]);
});

// Source: docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html: a request times out after 5 s.
test('a partner that never answers is given up on when the cloud has waited', async () => {
  await using partner = await fakeDestination({ answers: [{ delayMs: Number.POSITIVE_INFINITY }, 200] });
  await local.deploy({ name: 'shop', template: TEMPLATE, parameters: { ShippingUrl: partner.url } });
  await placeOrder('7');
  await partner.waitForRequestMatching({ body: { orderId: '7' } });
  await cloud.advance(60_000);
  const { facts } = await cloud.journal({ kind: 'delivery.attempted' });
  expect(facts.map(({ outcome }) => outcome)).toEqual(['retry', 'delivered']);
});

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', headers, body });

test('answers are scripted: a status, a whole answer, a list of which the last one stays, or a function', async () => {
  await using partner = await fakeDestination();
  const answer = async (path = '/') => {
    const response = await post(partner.url + path, 'x');
    return [response.status, response.headers.get('content-type'), await response.text()];
  };
  expect(await answer()).toEqual([200, null, '']);
  partner.answerWith([
    429,
    { status: 202, body: { id: 's-1' } },
    { headers: { 'content-type': 'text/csv' }, body: 'a,b' },
  ]);
  expect([await answer(), await answer(), await answer(), await answer()]).toEqual([
    [429, null, ''],
    [202, 'application/json', '{"id":"s-1"}'],
    [200, 'text/csv', 'a,b'],
    [200, 'text/csv', 'a,b'],
  ]);
  partner.answerWith(({ path }) => (path === '/shipments' ? 201 : 404));
  expect([await answer('/shipments'), await answer('/orders')]).toEqual([
    [201, null, ''],
    [404, null, ''],
  ]);
});

test('a request is kept as it came: JSON parsed, any other body as text, none left out', async () => {
  await using partner = await fakeDestination();
  await post(`${partner.url}/a%20b?x=1&x=2&y=`, '{"n":1}', { 'content-type': 'application/json', 'X-Tag': 'T' });
  await post(partner.url, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' });
  await fetch(`${partner.url}/health`);
  expect(partner.requests).toMatchObject([
    {
      method: 'POST',
      path: '/a%20b',
      query: { x: '2', y: '' },
      headers: { 'content-type': 'application/json', 'x-tag': 'T' },
      body: { n: 1 },
    },
    { method: 'POST', path: '/', query: {}, body: 'a=b' },
    { method: 'GET', path: '/health', query: {} },
  ]);
  expect(partner.requests[2]).not.toHaveProperty('body');
  await partner.waitForRequestMatching(/a=b/);
  await partner.waitForRequestMatching(({ headers }) => headers['x-tag'] === 'T');
});

test('a request that does not come as expected fails with the page that an event has', async () => {
  await using partner = await fakeDestination({ timeoutMs: 50 });
  await post(`${partner.url}/shipments`, '{"orderId":"8"}', { authorization: 'Bearer abc' });
  const failed = await partner
    .waitForRequestMatching({ method: 'POST', path: '/shipments', body: { orderId: '7' } })
    .catch((error: Error) => error);
  expect(failed).toBeInstanceOf(EventNotReceivedError);
  expect(failed).toHaveProperty('received', partner.requests);
  const page = String(failed).split('\n');
  expect(page.filter((text) => /^ {2}Expected|^ +[-+] /.test(text))).toEqual([
    '    - body.orderId  "7"   expected',
    '    + body.orderId  "8"   received',
    expect.stringMatching(/^ {2}Expected {3}POST \/shipments {3}.*partner\.test\.ts:\d+/),
  ]);
  await expect(partner.expectNone({ path: '/shipments' })).rejects.toBeInstanceOf(UnexpectedEventError);
  await partner.expectNone({ path: '/refunds' });
});

const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => 'not refused',
    (error: Error) => `${error.name}: ${error.message}`,
  );

test('what cannot be meant is refused with a sentence before anything listens', async () => {
  await using partner = await fakeDestination();
  const port = Number(new URL(partner.url).port);
  const refusals = [
    refusalOf(fakeDestination({ port })),
    refusalOf(fakeDestination({ port: 70_000 })),
    refusalOf(fakeDestination({ answers: [] })),
    refusalOf(fakeDestination({ answers: 100 })),
    refusalOf(fakeDestination({ answers: { delayMs: -1 } })),
    refusalOf(fakeDestination({ timeoutMs: Number.NaN })),
  ];
  expect((await Promise.all(refusals)).map((text) => text.replace(String(port), 'PORT'))).toMatchInlineSnapshot(`
    [
      "ConfigurationError: fakeDestination() cannot listen on port PORT of 127.0.0.1: it is in use. Test files that run side by side need a port each, and close their fake when they are done.",
      "ConfigurationError: fakeDestination(): port must be a whole number from 0 to 65535, but is 70000.",
      "ConfigurationError: fakeDestination(): answers is an empty list: it needs one at least.",
      "ConfigurationError: fakeDestination(): an answer is a status from 200 to 599, or { status, headers, body, delayMs }, but is 100.",
      "ConfigurationError: fakeDestination(): delayMs must be a number of milliseconds, 0 or more, but is -1.",
      "ConfigurationError: fakeDestination(): timeoutMs must be a number of milliseconds, 0 or more, but is NaN.",
    ]
  `);
});

test('an answer that is none, or cannot be sent, is refused when it is scripted', async () => {
  // Read as JSON, as a program without types would give them.
  const answers = JSON.parse(
    '[null, "503", [null], { "stauts": 500 }, { "headers": { "a b": "x" } }, { "headers": { "x": "a\\nb" } }, { "headers": 1 }]',
  );
  const refusals = [];
  for (const answer of answers) refusals.push(await refusalOf(fakeDestination({ answers: answer })));
  expect(refusals).toMatchInlineSnapshot(`
    [
      "ConfigurationError: fakeDestination(): an answer is a status from 200 to 599, or { status, headers, body, delayMs }, but is null.",
      "ConfigurationError: fakeDestination(): an answer is a status from 200 to 599, or { status, headers, body, delayMs }, but is "503".",
      "ConfigurationError: fakeDestination(): an answer is a status from 200 to 599, or { status, headers, body, delayMs }, but is null.",
      "ConfigurationError: fakeDestination(): an answer is a status from 200 to 599, or { status, headers, body, delayMs }, but is { stauts: 500 }.",
      "ConfigurationError: fakeDestination(): the header "a b" cannot be sent as "x": Header name must be a valid HTTP token ["a b"].",
      "ConfigurationError: fakeDestination(): the header "x" cannot be sent as "a\\nb": Invalid character in header content ["x"].",
      "ConfigurationError: fakeDestination(): headers must be texts by name, but are 1.",
    ]
  `);
});

test('a script that is async by mistake answers 500, and closing fails the test', async () => {
  // @ts-expect-error a promise is no answer
  const partner = await fakeDestination({ answers: async () => 503 });
  expect((await post(partner.url, 'x')).status).toBe(500);
  expect(await refusalOf(partner.close())).toContain('an answer is a status from 200 to 599');
});

// Source: RFC 9112, 3.2.1. An endpoint with a slash at its end gives such a path.
test('a request whose path begins with two slashes is kept and answered as any other', async () => {
  await using partner = await fakeDestination();
  for (const path of ['//', '//shipments?x=1']) expect((await post(`${partner.url}${path}`, 'x')).status).toBe(200);
  expect(partner.requests.map(({ path, query }) => ({ path, query }))).toEqual([
    { path: '//', query: {} },
    { path: '//shipments', query: { x: '1' } },
  ]);
});

test('a script that throws answers 500, and closing fails the test', async () => {
  const partner = await fakeDestination({
    answers: () => {
      throw new TypeError('no such order');
    },
  });
  expect((await post(partner.url, 'x')).status).toBe(500);
  expect(await refusalOf(partner.close())).toBe(
    'ConfigurationError: The script of fakeDestination() threw TypeError: no such order',
  );
});

test('closing breaks what is still waiting for its answer, and frees the port', async () => {
  const partner = await fakeDestination({ answers: { delayMs: Number.POSITIVE_INFINITY } });
  const waiting = refusalOf(post(partner.url, 'x'));
  await partner.waitForRequestMatching({ method: 'POST' });
  await partner.close();
  expect(await waiting).toBe('TypeError: fetch failed');
  await using next = await fakeDestination({ port: Number(new URL(partner.url).port) });
  expect(next.url).toBe(partner.url);
});

test('on AWS it is refused, unless a tunnel leads to it', async () => {
  delete process.env['EARWITNESS_URL'];
  await expect(fakeDestination()).rejects.toBeInstanceOf(NotLocalError);
  expect(await refusalOf(fakeDestination())).toMatchInlineSnapshot(
    `"NotLocalError: fakeDestination() needs a local cloud, and EARWITNESS_URL is not set: AWS cannot reach a server on 127.0.0.1. On AWS, give the stack the partner's own test system, or open a tunnel to a port and name its address as publicUrl. See docs/guide/state.md."`,
  );
  await using partner = await fakeDestination({ publicUrl: 'https://shop.tunnel.example/' });
  expect(partner.url).toBe('https://shop.tunnel.example');
});
