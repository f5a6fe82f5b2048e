import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Call, Operation } from '../call.ts';
import { type Local, startLocalWith } from '../local.ts';
import type { Service } from '../service.ts';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'earwitness-'));
});
afterAll(() => rm(home, { recursive: true }));

const started: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of started.splice(0)) await thing[Symbol.asyncDispose]();
});

async function serve(name: string, operations: Readonly<Record<string, Operation<never>>>): Promise<Local> {
  const service: Service = { name, operations };
  const local = await startLocalWith([() => service], { home });
  started.push(local);
  return local;
}

function eventBridge(local: Local, accessKeyId = 'test'): EventBridge {
  return new EventBridge({
    endpoint: local.url,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey: 'test' },
    maxAttempts: 1,
  });
}

test('an SDK call reaches its operation with the caller account and region, and gets its output back', async () => {
  const seen: { input: unknown; call: Call }[] = [];
  const local = await serve('events', {
    PutEvents: (input: never, call: Call) => {
      seen.push({ input, call });
      return { FailedEntryCount: 0, Entries: [{ EventId: 'e1' }], NotInTheModel: 'stays here' };
    },
  });
  const output = await eventBridge(local, '123456789012').putEvents({
    Entries: [{ Time: new Date(1700000000123), Source: 's', DetailType: 't', Detail: '{"ö":1}' }],
  });
  const [first] = seen;
  const { $metadata, ...members } = output;
  expect(members).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] });
  expect(first?.input).toEqual({
    Entries: [{ Time: 1700000000123, Source: 's', DetailType: 't', Detail: '{"ö":1}' }],
  });
  expect({ account: first?.call.account, region: first?.call.region, principal: first?.call.principal }).toEqual({
    account: '123456789012',
    region: 'eu-west-1',
    principal: { kind: 'account', arn: 'arn:aws:iam::123456789012:root' },
  });
  expect($metadata.requestId).toBe(first?.call.requestId);
});

test('timestamps and blobs are milliseconds and bytes inside, and what the SDK expects outside', async () => {
  const local = await serve('secretsmanager', {
    CreateSecret: (input: { SecretBinary: Uint8Array }) => ({ Name: [...input.SecretBinary].join() }),
    GetSecretValue: () => ({ SecretBinary: new Uint8Array([1, 2, 3, 254]), CreatedDate: 1700000000123 }),
  });
  const client = new SecretsManager({
    endpoint: local.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  expect(await client.createSecret({ Name: 'x', SecretBinary: new Uint8Array([0, 255, 7]) })).toMatchObject({
    Name: '0,255,7',
  });
  expect(await client.getSecretValue({ SecretId: 'x' })).toMatchObject({
    SecretBinary: new Uint8Array([1, 2, 3, 254]),
    CreatedDate: new Date(1700000000123),
  });
});

test('a refusal becomes the SDK exception of its name, with status and message', async () => {
  const local = await serve('events', {
    DescribeRule: () => {
      throw new ServiceError('ResourceNotFoundException', 'Rule r does not exist on EventBus default.');
    },
  });
  const refusal = await eventBridge(local)
    .describeRule({ Name: 'r' })
    .catch((error) => error);
  expect([refusal.name, refusal.message, refusal.$metadata.httpStatusCode, refusal.$fault]).toEqual([
    'ResourceNotFoundException',
    'Rule r does not exist on EventBus default.',
    400,
    'client',
  ]);
});

test('input that breaks the model is refused with the sentence that AWS uses', async () => {
  const local = await serve('events', { DescribeRule: () => ({}) });
  const refusal = await eventBridge(local)
    .describeRule({ Name: '' })
    .catch((error) => error);
  expect([refusal.name, refusal.message]).toEqual([
    'ValidationException',
    "2 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+; Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ]);
});

test('an operation that is not served is refused by name', async () => {
  const local = await serve('events', {});
  const refusal = await eventBridge(local)
    .listRules({})
    .catch((error) => error);
  expect([refusal.name, refusal.message, refusal.$metadata.httpStatusCode]).toEqual([
    'UnknownOperationException',
    "Earwitness does not serve Amazon EventBridge's operation ListRules.",
    501,
  ]);
});

test('a fault of ours answers InternalFailure without its message; the journal has it', async () => {
  const local = await serve('events', {
    ListRules: () => {
      throw new TypeError('secret detail');
    },
  });
  const refusal = await eventBridge(local)
    .listRules({})
    .catch((error) => error);
  expect([refusal.name, refusal.message, refusal.$metadata.httpStatusCode]).toEqual([
    'InternalFailure',
    'The request failed inside Earwitness; its journal says why.',
    500,
  ]);
  expect(local.journal.read().map((fact) => ('message' in fact ? `${fact.kind}: ${fact.message}` : fact.kind))).toEqual(
    ['call', 'fault: secret detail'],
  );
});

test('requests by hand: what is not well formed gets the protocol error, never a stack', async () => {
  const local = await serve('events', { PutEvents: () => ({ FailedEntryCount: 0, Entries: [] }) });
  const post = async (body: string, headers: Record<string, string> = { 'x-amz-target': 'AWSEvents.PutEvents' }) => {
    const answer = await fetch(local.url, { method: 'POST', body, headers });
    return [answer.status, await answer.json(), /^[0-9a-f-]{36}$/.test(answer.headers.get('x-amzn-requestid') ?? '')];
  };
  expect(await post('{"Entries":')).toEqual([
    400,
    { __type: 'SerializationException', message: 'The request body is not valid JSON.' },
    true,
  ]);
  expect(await post('{"Entries":[{"Source":5}]}')).toEqual([
    400,
    { __type: 'SerializationException', message: 'NUMBER_VALUE can not be converted to a String' },
    true,
  ]);
  expect(await post('{"Entries":{}}')).toEqual([
    400,
    { __type: 'SerializationException', message: 'Start of structure or map found where not expected.' },
    true,
  ]);
  expect(await post('{"Entries":[{"Source":"a","New":1}],"Newer":{}}')).toEqual([
    200,
    { FailedEntryCount: 0, Entries: [] },
    true,
  ]);
  expect(await post('{}', { 'x-amz-target': 'AWSEvents.Dance' })).toEqual([
    501,
    { __type: 'UnknownOperationException', message: 'Amazon EventBridge has no operation Dance.' },
    true,
  ]);
  expect(
    await post('{}', { authorization: 'AWS4-HMAC-SHA256 Credential=k/20261122/eu-west-1/rds/aws4_request, x' }),
  ).toEqual([
    501,
    {
      __type: 'UnknownServiceException',
      message:
        "Earwitness does not serve the AWS service 'rds' (POST /). To go on, script an answer (answers: { 'rds:POST /': … }) or send its calls elsewhere (upstream).",
    },
    true,
  ]);
  expect(await post('{}', {})).toEqual([
    404,
    {
      __type: 'MissingAuthenticationToken',
      message:
        'This is Earwitness. Nothing in the request names an AWS service: it has no signature, no X-Amz-Target, no Action.',
    },
    true,
  ]);
});

test('a request that never became a call stands in the journal with its reason', async () => {
  const local = await serve('events', {});
  await fetch(local.url, { method: 'POST', body: '{', headers: { 'x-amz-target': 'AWSEvents.PutEvents' } });
  expect(local.journal.read().map((fact) => (fact.kind === 'warning' ? fact.message : fact.kind))).toEqual([
    'events: SerializationException: The request body is not valid JSON. (POST /)',
  ]);
});

test('a door that fails answers 500 without saying why; the journal says it', async () => {
  const failing: Service = {
    name: 'failing',
    doors: [
      {
        name: 'broken',
        pages: 'trusted',
        accepts: ({ url }) => url === '/broken',
        refuse: () => undefined,
        handle: () => Promise.reject(new Error('a secret of ours')),
      },
    ],
  };
  const local = await startLocalWith([() => failing], { home });
  started.push(local);
  const response = await fetch(`${local.url}/broken`);
  expect([response.status, await response.json()]).toEqual([
    500,
    { __type: 'InternalFailure', message: 'Earwitness failed to answer; its journal says why.' },
  ]);
  expect(local.journal.read().map((fact) => (fact.kind === 'fault' ? [fact.about, fact.message] : fact.kind))).toEqual([
    ['door broken', 'a secret of ours'],
  ]);
});

test('a body beyond the limit is refused before it is read', async () => {
  const local = await serve('events', {});
  const status = await new Promise((resolve) => {
    const sent = request(local.url, { method: 'POST', headers: { 'content-length': 100_000_000 } }, (response) => {
      sent.destroy();
      resolve(response.statusCode);
    });
    sent.on('error', () => {});
    sent.flushHeaders();
  });
  expect(status).toBe(413);
});

test('a caller who goes away aborts the signal of the call', async () => {
  let aborted = (_reason: string) => {};
  const reason = new Promise<string>((resolve) => {
    aborted = resolve;
  });
  const local = await serve('events', {
    ListRules: (_input: never, call: Call) => {
      const { signal } = call;
      signal?.addEventListener('abort', () => aborted(signal.reason.message));
      socket.destroy();
      return reason.then(() => ({}));
    },
  });
  const socket = connect(Number(new URL(local.url).port), '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: AWSEvents.ListRules\r\ncontent-length: 0\r\n\r\n');
  expect(await reason).toBe('The caller went away.');
});

test('the plain port speaks HTTP/2 to those who begin with its preface', async () => {
  const local = await serve('events', { ListRules: () => ({ Rules: [] }) });
  const session = connectHttp2(local.url);
  const stream = session.request({ ':method': 'POST', ':path': '/', 'x-amz-target': 'AWSEvents.ListRules' });
  stream.end('{}');
  let body = '';
  for await (const chunk of stream.setEncoding('utf8')) body += chunk;
  expect(body).toBe('{"Rules":[]}');
  session.destroy();
});

// Source: botocore, retries: clients compare it with what they got. The number is zlib's of these bytes, in Python.
test("an answer of DynamoDB's tells its checksum", async () => {
  const local = await serve('dynamodb', { ListTables: () => ({ TableNames: ['öst'] }) });
  const response = await fetch(local.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
    body: '{}',
  });
  expect([await response.text(), response.headers.get('x-amz-crc32')]).toEqual(['{"TableNames":["öst"]}', '905064874']);
});
