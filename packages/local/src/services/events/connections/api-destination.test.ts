// API destinations against a real HTTP server: what arrives, how it is authorized, and what follows from its answers.
// Long, because one cloud and one endpoint serve all of it.
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { createTestCloud, isSkippedOnTwoNodes, testCall } from '../../../test-cloud.ts';
import { createSecretsManagerService } from '../../secretsmanager/service.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createEventsService } from '../service.ts';

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** An endpoint that keeps what it gets, and answers as `answer` says (200 when left out). */
async function listen(answer: (response: ServerResponse, request: Received) => void = (response) => response.end()) {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      const one = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      answer(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  closing.push(stop);
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, received, stop };
}

type Target = Parameters<typeof putTarget>[1];

const API_KEY = {
  AuthorizationType: 'API_KEY',
  AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: 'the-secret' } },
} as const;

function open() {
  const cloud = createTestCloud(createEventsService, createSqsService, createSecretsManagerService);
  closing.push(() => cloud.close());
  const facts = (kind: string) => cloud.journal.read().filter((fact) => fact.kind === kind);
  const put = (Detail = '{"id":1.0}') =>
    cloud.dispatch.call('events', 'PutEvents', { Entries: [{ Source: 'shop', DetailType: 'x', Detail }] }, testCall);
  /** Lets everything that is under way come to rest. */
  const settle = () => cloud.clock.advance(0);
  return { cloud, dispatch: cloud.dispatch, clock: cloud.clock, facts, put, settle };
}

type Room = ReturnType<typeof open>;

/** A rule whose target is an API destination at `endpoint`. */
async function route(
  { dispatch }: Room,
  endpoint: string,
  options: {
    connection?: Omit<Parameters<typeof createConnection>[1], 'Name'>;
    destination?: { HttpMethod?: 'GET' | 'POST' | 'PUT'; InvocationRateLimitPerSecond?: number };
    target?: Target;
  } = {},
) {
  const { ConnectionArn = '' } = await createConnection(dispatch, { Name: 'key', ...(options.connection ?? API_KEY) });
  const { ApiDestinationArn = '' } = await dispatch.call(
    'events',
    'CreateApiDestination',
    { Name: 'hook', ConnectionArn, InvocationEndpoint: endpoint, HttpMethod: 'POST', ...options.destination },
    testCall,
  );
  await putTarget(dispatch, options.target ?? {}, ApiDestinationArn);
  return ApiDestinationArn;
}

function createConnection(
  dispatch: Room['dispatch'],
  input: Parameters<typeof dispatch.call<'events', 'CreateConnection'>>[2],
) {
  return dispatch.call('events', 'CreateConnection', input, testCall);
}

async function putTarget(
  dispatch: Room['dispatch'],
  target: Partial<Parameters<typeof dispatch.call<'events', 'PutTargets'>>[2]['Targets'][number]>,
  Arn: string,
) {
  await dispatch.call('events', 'PutRule', { Name: 'all', EventPattern: '{"source":["shop"]}' }, testCall);
  const RoleArn = 'arn:aws:iam::123456789012:role/invoke';
  await dispatch.call(
    'events',
    'PutTargets',
    { Rule: 'all', Targets: [{ Id: 't', RoleArn, ...target, Arn }] },
    testCall,
  );
}

describe('a delivery', () => {
  test('is one request with the event as its body, the fixed headers and the key', async () => {
    const room = open();
    const endpoint = await listen();
    await route(room, `${endpoint.url}/topics/cache/topic`);
    const { Entries: [entry] = [] } = await room.put();
    await room.settle();
    const event = `{"version":"0","id":"${entry?.EventId}","detail-type":"x","source":"shop","account":"123456789012","time":"2026-01-01T00:00:00Z","region":"eu-west-1","resources":[],"detail":{"id":1.0}}`;
    expect(endpoint.received).toEqual([
      {
        method: 'POST',
        path: '/topics/cache/topic',
        headers: {
          host: endpoint.host,
          'user-agent': 'Amazon/EventBridge/ApiDestinations',
          range: 'bytes=0-1048575',
          'accept-encoding': 'gzip,deflate',
          connection: 'close',
          'content-type': 'application/json; charset=utf-8',
          authorization: 'the-secret',
          'content-length': String(event.length),
        },
        body: event,
      },
    ]);
    expect(room.facts('delivery.attempted')).toMatchObject([
      { outcome: 'delivered', attempt: 1, status: 200, url: `${endpoint.url}/topics/cache/topic` },
    ]);
  });

  test('with a password goes by Basic authorization, and parameters of target and connection come along', async () => {
    const room = open();
    const endpoint = await listen();
    await route(room, `${endpoint.url}/*`, {
      connection: {
        AuthorizationType: 'BASIC',
        AuthParameters: {
          BasicAuthParameters: { Username: 'me', Password: 'pass' },
          InvocationHttpParameters: {
            HeaderParameters: [{ Key: 'X-From', Value: 'connection' }],
            QueryStringParameters: [{ Key: 'token', Value: 'hidden', IsValueSecret: true }],
            BodyParameters: [{ Key: 'tenant', Value: 'acme' }],
          },
        },
      },
      destination: { HttpMethod: 'PUT' },
      target: {
        InputTransformer: { InputPathsMap: { id: '$.detail.id' }, InputTemplate: '{"order": <id>}' },
        HttpParameters: {
          PathParameterValues: ['$.detail-type'],
          HeaderParameters: { 'X-From': 'target', 'X-Source': '$.source' },
        },
      },
    });
    await room.put();
    await room.settle();
    expect(endpoint.received).toMatchObject([
      {
        method: 'PUT',
        path: '/x?token=hidden',
        headers: { authorization: 'Basic bWU6cGFzcw==', 'x-from': 'connection', 'x-source': 'shop' },
        body: '{"order":1.0,"tenant":"acme"}',
      },
    ]);
    // The journal tells where it went, without the query: it may hold secrets.
    expect(room.facts('delivery.attempted')).toMatchObject([{ url: `${endpoint.url}/x` }]);
    expect(JSON.stringify(room.cloud.journal.read())).not.toMatch(/hidden|pass"|bWU6cGFzcw/);
  });

  test('by GET has no body', async () => {
    const room = open();
    const endpoint = await listen();
    await route(room, endpoint.url, { destination: { HttpMethod: 'GET' } });
    await room.put();
    await room.settle();
    expect(endpoint.received).toMatchObject([{ method: 'GET', body: '' }]);
    expect(endpoint.received[0]?.headers['content-length']).toBeUndefined();
  });
});

test('a header with text beyond ASCII goes out as UTF-8, and an endpoint that is no address is told of', async () => {
  const room = open();
  const endpoint = await listen();
  const target = { HttpParameters: { HeaderParameters: { 'X-Name': '$.detail.name' } } };
  await route(room, endpoint.url, { target });
  await room.put('{"name":"Zoë 日本\\u0007"}');
  await room.settle();
  const name = String(endpoint.received[0]?.headers['x-name']);
  expect(Buffer.from(name, 'latin1').toString('utf8')).toBe('Zoë 日本');
  await room.dispatch.call(
    'events',
    'UpdateApiDestination',
    { Name: 'hook', InvocationEndpoint: 'no.scheme/x?key=1' },
    testCall,
  );
  await room.put();
  await room.settle();
  expect(room.facts('delivery.dropped')).toMatchObject([
    {
      message: expect.stringContaining('Unable to invoke ApiDestination endpoint: no.scheme/x is not an HTTP address.'),
    },
  ]);
});

describe('an answer', () => {
  test.each([200, 204])('%i is the end', async (status) => {
    const room = open();
    const endpoint = await listen((response) => response.writeHead(status).end());
    await route(room, endpoint.url);
    await room.put();
    await room.clock.advance(3_600_000);
    expect(endpoint.received.length).toBe(1);
  });

  test.each([301, 400, 403, 404])('%i is not tried again', async (status) => {
    const room = open();
    const endpoint = await listen((response) => response.writeHead(status, { location: '/elsewhere' }).end());
    await route(room, endpoint.url);
    await room.put();
    await room.clock.advance(3_600_000);
    expect(endpoint.received.length).toBe(1);
    expect(room.facts('delivery.dropped')).toMatchObject([{ code: 'SDK_CLIENT_ERROR', attempts: 1 }]);
  });

  test.each([401, 407, 409, 429, 500, 503])('%i is tried again', async (status) => {
    const room = open();
    const answers = [status, 200];
    const endpoint = await listen((response) => response.writeHead(answers.shift() ?? 200).end());
    await route(room, endpoint.url);
    await room.put();
    await room.clock.advance(3_600_000);
    expect(endpoint.received.length).toBe(2);
    expect(room.facts('delivery.attempted')).toMatchObject([
      { outcome: 'retry', status, attempt: 1 },
      { outcome: 'delivered', status: 200, attempt: 2 },
    ]);
  });

  test('Retry-After puts the next attempt off', async () => {
    const room = open();
    const answers = [429];
    const endpoint = await listen((response) =>
      response.writeHead(answers.shift() ?? 200, { 'retry-after': '120' }).end(),
    );
    await route(room, endpoint.url);
    await room.put();
    await room.clock.advance(119_000);
    expect(endpoint.received.length).toBe(1);
    await room.clock.advance(1000);
    expect(endpoint.received.length).toBe(2);
  });

  test('that does not come within five seconds counts as none', async () => {
    const room = open();
    const endpoint = await listen(() => {});
    await route(room, endpoint.url, { target: { RetryPolicy: { MaximumRetryAttempts: 0 } } });
    await room.put();
    await room.clock.advance(5000);
    expect(room.facts('delivery.attempted')).toMatchObject([
      {
        outcome: 'failed',
        code: 'UNKNOWN',
        message:
          'Unable to invoke ApiDestination endpoint: Timeout calling endpoint for API Destination: socket closed. ' +
          'Attempt 1 was sent in full and not answered, so the target may have taken the event.',
      },
    ]);
  });

  test('that is cut off leaves open whether the event was taken; an endpoint that was not reached has not taken it', async () => {
    const room = open();
    const endpoint = await listen((response) => response.socket?.resetAndDestroy());
    await route(room, endpoint.url, { target: { RetryPolicy: { MaximumRetryAttempts: 1 } } });
    await room.put();
    await room.settle();
    await endpoint.stop();
    await room.clock.advance(1000);
    const start = 'Unable to invoke ApiDestination endpoint: API destination endpoint cannot be reached.';
    const doubt = 'Attempt 1 was sent in full and not answered, so the target may have taken the event.';
    const refused = `(connect ECONNREFUSED ${endpoint.host})`;
    expect(room.facts('delivery.attempted')).toMatchObject([
      {
        outcome: 'retry',
        message: `${start} (read ECONNRESET) ${doubt}`,
        cause: 'connection closed without an answer',
      },
      { outcome: 'failed', message: `${start} ${refused}`, cause: 'connection refused' },
    ]);
    expect(room.facts('delivery.dropped')).toMatchObject([
      {
        cause: 'connection refused',
        message: `${start} ${refused} ${doubt} The target has no dead-letter queue, so the event is gone.`,
      },
    ]);
  });
});

test('an endpoint that is down for a day: the event is dead-lettered with the attributes of AWS', async () => {
  const room = open();
  const endpoint = await listen();
  await endpoint.stop();
  const queue = 'arn:aws:sqs:eu-west-1:123456789012:dlq';
  const allow = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queue,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
  const { QueueUrl = '' } = await room.dispatch.call(
    'sqs',
    'CreateQueue',
    { QueueName: 'dlq', Attributes: { Policy } },
    testCall,
  );
  const target = { DeadLetterConfig: { Arn: queue }, RetryPolicy: { MaximumRetryAttempts: 185 } };
  const arn = await route(room, endpoint.url, { target });
  await room.put();
  await room.clock.advance(24 * 3_600_000);
  const input = { QueueUrl, MessageAttributeNames: ['All'] };
  const { Messages: [letter] = [] } = await room.dispatch.call('sqs', 'ReceiveMessage', input, testCall);
  const { MessageAttributes = {} } = letter ?? {};
  expect(
    Object.fromEntries(Object.entries(MessageAttributes).map(([name, value]) => [name, value.StringValue])),
  ).toEqual({
    RULE_ARN: 'arn:aws:events:eu-west-1:123456789012:rule/all',
    TARGET_ARN: arn,
    ERROR_CODE: 'SDK_CLIENT_ERROR',
    ERROR_MESSAGE: 'Unable to invoke ApiDestination endpoint: API destination endpoint cannot be reached.',
    EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
    // 137 on average; jitter goes by the delivery's id, which is another one each time.
    RETRY_ATTEMPTS: expect.stringMatching(/^1(2[5-9]|[34]\d)$/),
  });
});

test.skipIf(isSkippedOnTwoNodes('a burst under a rate limit', 'each node keeps to the whole limit, by itself'))(
  'a rate of one per second spreads a burst',
  async () => {
    const room = open();
    const endpoint = await listen();
    await route(room, endpoint.url, { destination: { InvocationRateLimitPerSecond: 1 } });
    for (let count = 0; count < 3; count++) await room.put();
    await room.settle();
    expect(endpoint.received.length).toBe(1);
    await room.clock.advance(1000);
    expect(endpoint.received.length).toBe(2);
    await room.clock.advance(1000);
    expect(endpoint.received.length).toBe(3);
  },
);

describe('OAuth', () => {
  const oauth = (endpoint: string) =>
    ({
      AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
      AuthParameters: {
        OAuthParameters: {
          AuthorizationEndpoint: endpoint,
          HttpMethod: 'POST',
          ClientParameters: { ClientID: 'me', ClientSecret: 'mine' },
          OAuthHttpParameters: { BodyParameters: [{ Key: 'scope', Value: 'write' }] },
        },
      },
    }) as const;

  async function listenForTokens() {
    let issued = 0;
    return listen((response) => {
      response.end(JSON.stringify({ access_token: `token-${++issued}`, token_type: 'bearer', expires_in: 3600 }));
    });
  }

  test.skipIf(isSkippedOnTwoNodes('how often an OAuth token is asked for', 'each node asks for a token of its own'))(
    'the token is asked for with a form, kept, and renewed before it runs out',
    async () => {
      const room = open();
      const endpoint = await listen();
      const tokens = await listenForTokens();
      await route(room, endpoint.url, { connection: oauth(`${tokens.url}/token`) });
      await room.settle();
      const describeConnection = () => room.dispatch.call('events', 'DescribeConnection', { Name: 'key' }, testCall);
      expect(await describeConnection()).toMatchObject({ ConnectionState: 'AUTHORIZED' });
      expect(tokens.received).toMatchObject([
        {
          method: 'POST',
          path: '/token',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'client_id=me&client_secret=mine&grant_type=client_credentials&scope=write',
        },
      ]);
      await room.put();
      await room.put();
      await room.settle();
      await room.clock.advance(3_600_000);
      await room.put();
      await room.settle();
      expect(endpoint.received.map(({ headers }) => headers.authorization)).toEqual([
        'Bearer token-2',
        'Bearer token-2',
        'Bearer token-3',
      ]);
    },
  );

  test('a refused token is replaced for the next attempt', async () => {
    const room = open();
    const tokens = await listenForTokens();
    const endpoint = await listen((response, { headers }) =>
      response.writeHead(headers.authorization === 'Bearer token-2' ? 401 : 200).end(),
    );
    await route(room, endpoint.url, { connection: oauth(tokens.url) });
    await room.settle();
    await room.put();
    await room.clock.advance(1000);
    expect(room.facts('delivery.attempted')).toMatchObject([
      { outcome: 'retry', status: 401 },
      { outcome: 'delivered', status: 200 },
    ]);
  });

  test('a connection whose endpoint is not there stays AUTHORIZING, with the reason', async () => {
    const room = open();
    const gone = await listen();
    await gone.stop();
    await createConnection(room.dispatch, { Name: 'key', ...oauth(gone.url) });
    await room.settle();
    expect(await room.dispatch.call('events', 'DescribeConnection', { Name: 'key' }, testCall)).toMatchObject({
      ConnectionState: 'AUTHORIZING',
      StateReason: 'Could not connect to the specified endpoint.',
      LastAuthorizedTime: 0,
    });
  });
});
