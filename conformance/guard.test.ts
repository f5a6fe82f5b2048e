// Who may come in: every door of a local cloud, asked as programs and web pages of all kinds would ask it. What a browser sends of
// itself is in the Fetch standard ("Origin header") and in Fetch Metadata ("Sec-Fetch-Site").
import { readFileSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request as sendRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { LookupFunction } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Local, type LocalOptions, startLocal } from '@earwitness/local';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';

const OURS = 'https://shop.example';
const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Globals:
  Api: {Cors: {AllowOrigin: "'*'", AllowMethods: "'*'", AllowHeaders: "'*'"}}
  HttpApi: {CorsConfiguration: {AllowOrigins: ['http://localhost:5173'], AllowMethods: ['*'], AllowHeaders: ['*']}}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      InlineCode: "exports.handler = async () => ({ statusCode: 200, body: 'hello' });"
      FunctionUrlConfig: {AuthType: NONE, Cors: {AllowOrigins: ['https://evil.example'], AllowMethods: ['*']}}
      Events:
        Rest: {Type: Api, Properties: {Path: /hello, Method: GET}}
        Http: {Type: HttpApi, Properties: {Path: /hello, Method: GET}}
Outputs:
  RestUrl: {Value: !Sub 'https://\${ServerlessRestApi}.execute-api.\${AWS::Region}.amazonaws.com/Prod/hello'}
  HttpUrl: {Value: !Sub 'https://\${ServerlessHttpApi}.execute-api.\${AWS::Region}.amazonaws.com/hello'}
  FunctionUrl: {Value: !GetAtt HelloUrl.FunctionUrl}
`;

interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let local: Local;
let outputs: Record<string, string>;

beforeAll(async () => {
  local = await startLocal({ origins: [OURS], hosts: ['host.docker.internal'] });
  outputs = await local.deploy({ name: 'hello', template: TEMPLATE });
});
afterAll(() => local.close());

function ask({ method = 'GET', path, headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sending = sendRequest(new URL(path, local.url), { method, headers, agent: false }, async (response) => {
      const chunks = await response.toArray();
      const { statusCode: status = 0, headers: received } = response;
      resolve({ status, headers: received, body: Buffer.concat(chunks).toString() });
    });
    sending.once('error', reject).end(body);
  });
}

/** A gRPC call as it stands on the wire; Node's HTTP/1.1 client cannot send it. */
function askGrpc({ path, headers = {} }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(local.url).once('error', reject);
    const { host, ...others } = headers;
    const stream = session.request({
      ...{ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' },
      ...(host !== undefined && { ':authority': host }),
      ...others,
    });
    let answer = { status: 0, headers: {}, body: '' };
    stream.once('response', (received) => {
      answer = { status: Number(received[':status']), headers: received, body: '' };
    });
    stream.once('error', reject).once('close', () => {
      session.close();
      resolve(answer);
    });
    // One message of no bytes.
    stream.end(Buffer.alloc(5));
    stream.resume();
  });
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const pathOf = (output: string) => new URL(outputs[output] ?? '').pathname;

/** One harmless request for each door. */
const doors: Readonly<Record<string, () => Ask>> = {
  'admin API': () => ({ path: '/_earwitness/journal?limit=1' }),
  'admin API, a change': () => ({
    method: 'POST',
    path: '/_earwitness/clock/advance',
    headers: { 'content-type': 'application/json' },
    body: '{"ms":0}',
  }),
  'AWS, a form': () => ({
    method: 'POST',
    path: '/',
    headers: form,
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  }),
  'AWS, JSON': () => ({
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.ListEventBuses' },
    body: '{}',
  }),
  'AWS, REST': () => ({ path: '/2015-03-31/functions/' }),
  'AWS, a query': () => ({ path: '/?Action=ListQueues&Version=2012-11-05' }),
  'topics, HTTP': () => ({
    method: 'POST',
    path: '/topics/earwitness/events',
    headers: { authorization: local.env.MOMENTO_API_KEY },
    body: 'hello',
  }),
  'topics, gRPC-web': () => ({
    method: 'POST',
    path: '/cache_client.Ping/Ping',
    headers: { 'content-type': 'application/grpc-web-text' },
    body: 'AAAAAAA=',
  }),
  'topics, gRPC': () => ({ path: '/cache_client.Ping/Ping' }),
  'REST API': () => ({ path: pathOf('RestUrl') }),
  'HTTP API': () => ({ path: pathOf('HttpUrl') }),
  'function URL': () => ({ path: pathOf('FunctionUrl') }),
};

/** Who asks: what tells it apart from a program on this machine. */
const callers = {
  program: {},
  'local page': { origin: 'http://localhost:5173', 'sec-fetch-site': 'cross-site' },
  'listed page': { origin: OURS, 'sec-fetch-site': 'cross-site' },
  'own page': { host: 'host.docker.internal:4566', origin: 'http://host.docker.internal:4566' },
  'null origin': { origin: 'null', 'sec-fetch-site': 'cross-site' },
  'foreign page': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  'rebound name': { host: 'evil.example', 'sec-fetch-site': 'same-origin' },
} as const;

/** Followed from a foreign page: a plain GET, whose page the browser does not tell. */
const NAVIGATION = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

/** One line a door, one column a caller. */
async function askAll(
  columns: readonly string[],
  askAs: (door: string, column: string) => Promise<string>,
): Promise<string> {
  const rows = [['', ...columns]];
  for (const door of Object.keys(doors)) {
    rows.push([door, ...(await Promise.all(columns.map((column) => askAs(door, column))))]);
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(index === 0 ? 21 : 14))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

function askDoor(door: string, given: Ask): Promise<Answer> {
  return door === 'topics, gRPC' ? askGrpc(given) : ask(given);
}

test('programs, and pages of this machine, reach every door; other pages reach what the real clouds open to them', async () => {
  const table = await askAll([...Object.keys(callers), 'link'], async (door, column) => {
    const given = doors[door]?.() ?? { path: '' };
    const { status } =
      column === 'link'
        ? await ask({ path: given.path, headers: NAVIGATION })
        : await askDoor(door, { ...given, headers: { ...given.headers, ...callers[column as keyof typeof callers] } });
    return String(status);
  });
  // A link to a topic has no key (401); the path of a gRPC method without a gRPC body is nothing that AWS knows either.
  expect(`\n${table}\n`).toMatchInlineSnapshot(`
    "
                         program       local page    listed page   own page      null origin   foreign page  rebound name  link
    admin API            200           200           200           200           403           403           403           403
    admin API, a change  200           200           200           200           403           403           403           403
    AWS, a form          200           200           200           200           403           403           403           403
    AWS, JSON            200           200           200           200           403           403           403           403
    AWS, REST            200           200           200           200           403           403           403           403
    AWS, a query         200           200           200           200           403           403           403           403
    topics, HTTP         204           204           204           204           204           204           403           401
    topics, gRPC-web     200           200           200           200           200           200           403           403
    topics, gRPC         200           200           200           200           403           403           403           403
    REST API             200           200           200           200           200           200           403           200
    HTTP API             200           200           200           200           200           200           403           200
    function URL         200           200           200           200           200           200           403           200
    "
  `);
});

// Fetch metadata is sent to potentially trustworthy URLs only: loopback names, and TLS. Chromium 140 sent an <img> under another name
// without Origin and without any Sec-Fetch header.
test('under a name in `hosts` a browser that does not say for which page it asks is refused; a program is not', async () => {
  const browser = {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0',
  };
  const program = { 'user-agent': 'aws-sdk-js/3.1169.0' };
  const under = { host: 'host.docker.internal:4566' };
  const status = async (headers: Record<string, string>) =>
    (await ask({ path: '/?Action=ListQueues&Version=2012-11-05', headers })).status;
  expect([
    await status({ ...browser, ...under }),
    await status({ ...program, ...under }),
    await status(browser),
    await status({ ...browser, ...under, 'sec-fetch-site': 'same-origin' }),
    await status({ ...browser, ...under, origin: 'http://host.docker.internal:4566' }),
  ]).toEqual([403, 200, 200, 200, 200]);
  const { status: ofApi } = await ask({ path: pathOf('RestUrl'), headers: { ...browser, ...under } });
  expect(ofApi).toBe(200);
});

test('a preflight is granted where the real service grants it, and never for the AWS or the admin API', async () => {
  const table = await askAll(['local page', 'foreign page', 'with grpc-web'], async (door, column) => {
    const { method = 'GET', path } = doors[door]?.() ?? { path: '' };
    const { status, headers } = await ask({
      method: 'OPTIONS',
      path,
      headers: {
        origin: column === 'local page' ? 'http://localhost:5173' : 'https://evil.example',
        'access-control-request-method': method,
        'access-control-request-headers': column === 'with grpc-web' ? 'x-grpc-web, x-amz-target' : 'x-amz-target',
      },
    });
    return headers['access-control-allow-origin'] === undefined ? `no (${status})` : 'yes';
  });
  expect(`\n${table}\n`).toMatchInlineSnapshot(`
    "
                         local page    foreign page  with grpc-web
    admin API            no (403)      no (403)      no (403)
    admin API, a change  no (403)      no (403)      no (403)
    AWS, a form          no (403)      no (403)      no (403)
    AWS, JSON            no (403)      no (403)      no (403)
    AWS, REST            no (403)      no (403)      no (403)
    AWS, a query         no (403)      no (403)      no (403)
    topics, HTTP         yes           yes           yes
    topics, gRPC-web     no (403)      no (403)      yes
    topics, gRPC         no (403)      no (403)      yes
    REST API             yes           yes           yes
    HTTP API             yes           no (204)      no (204)
    function URL         no (204)      yes           yes
    "
  `);
});

test('a refusal is a 403 in the form of its door, says which setting would allow it, and stands in the journal', async () => {
  const before = local.journal.read().at(-1)?.seq ?? 0;
  const refused = async (door: string, headers: Record<string, string>) => {
    const given = doors[door]?.() ?? { path: '' };
    const {
      status,
      headers: received,
      body,
    } = await askDoor(door, { ...given, headers: { ...given.headers, ...headers } });
    return `${status} ${received['content-type']} ${body.replace(/<RequestId>.*<\/RequestId>/, '')}`;
  };
  const foreign = { origin: 'https://evil.example' };
  const rebound = { host: 'evil.example:4566' };
  expect(await refused('AWS, JSON', foreign)).toMatchInlineSnapshot(
    `"403 application/json {"__type":"AccessDeniedException","message":"A web page of https://evil.example sent this request, and only pages of this machine may. If the page is yours, list 'https://evil.example' in \`origins\` (earwitness.config.ts, startLocal() or --allow-origin)."}"`,
  );
  expect(await refused('AWS, a form', rebound)).toMatchInlineSnapshot(
    `"403 text/xml <ErrorResponse><Error><Code>AccessDeniedException</Code><Message>Earwitness does not answer to the host name 'evil.example'. If clients reach it by this name, list it in \`hosts\` (earwitness.config.ts, startLocal() or --allow-host).</Message></Error></ErrorResponse>"`,
  );
  expect(await refused('AWS, a query', NAVIGATION)).toMatchInlineSnapshot(
    `"403 application/json {"__type":"AccessDeniedException","message":"A web page of another site sent this request and does not say which (Sec-Fetch-Site: cross-site). Pages of this machine, and of origins in \`origins\` (earwitness.config.ts, startLocal() or --allow-origin), may send it with fetch, which tells their origin."}"`,
  );
  expect(await refused('admin API', { origin: 'null' })).toMatchInlineSnapshot(
    `"403 application/json {"error":"A web page without an origin (a file, a sandboxed frame) sent this request. Serve the page from this machine (http://localhost:…), or from an origin in \`origins\` (earwitness.config.ts, startLocal() or --allow-origin)."}"`,
  );
  expect(await refused('topics, HTTP', rebound)).toMatchInlineSnapshot(
    `"403 application/json {"code":"PERMISSION_ERROR","message":"Earwitness does not answer to the host name 'evil.example'. If clients reach it by this name, list it in \`hosts\` (earwitness.config.ts, startLocal() or --allow-host)."}"`,
  );
  expect(await refused('HTTP API', rebound)).toMatchInlineSnapshot(
    `"403 application/json {"message":"Earwitness does not answer to the host name 'evil.example'. If clients reach it by this name, list it in \`hosts\` (earwitness.config.ts, startLocal() or --allow-host)."}"`,
  );
  const lines = local.journal
    .read({ after: before })
    .filter((fact) => fact.kind === 'request.refused')
    .map(({ door, method, path, host, origin }) => `${door}: ${method} ${path} for ${host} by ${origin}`)
    .map((line) => line.replace(/127.0.0.1:\d+/, 'us').replace(/execute-api\/\w+/, 'execute-api/ID'));
  expect(lines).toMatchInlineSnapshot(`
    [
      "aws: POST / for us by https://evil.example",
      "aws: POST / for evil.example:4566 by undefined",
      "aws: GET / for us by undefined",
      "admin: GET /_earwitness/journal for us by null",
      "topics over HTTP: POST /topics/earwitness/events for evil.example:4566 by undefined",
      "execute-api: GET /_aws/execute-api/ID/hello for evil.example:4566 by undefined",
    ]
  `);
});

// What DNS rebinding and names of containers look like to a client: the name leads to this machine.
const lookup: LookupFunction = (_name, options, done) => {
  if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

test('an AWS SDK under a foreign name is told so in its own error; under a name in `hosts` it works', async () => {
  const callAs = async (name: string) => {
    await using client = disposable(
      new STSClient({
        endpoint: `http://${name}:${new URL(local.url).port}`,
        region: 'eu-west-1',
        credentials: { accessKeyId: '123456789012', secretAccessKey: 'x' },
        requestHandler: { httpAgent: new Agent({ lookup }) },
        maxAttempts: 1,
      }),
    );
    return client.send(new GetCallerIdentityCommand({})).then(
      ({ Account }) => Account,
      (error: Error) => error.name,
    );
  };
  expect(await callAs('host.docker.internal')).toBe('123456789012');
  // AWS's SDKs put it before any host. Source: botocore, stepfunctions, endpoint.hostPrefix.
  expect(await callAs('sync-host.docker.internal')).toBe('123456789012');
  expect(await callAs('sync-localhost')).toBe('123456789012');
  expect(await callAs('evil.example')).toBe('AccessDeniedException');
  expect(await callAs('sync-evil.example')).toBe('AccessDeniedException');
});

test('gRPC under a foreign name ends with PERMISSION_DENIED and the reason', async () => {
  const client = new Client(new URL(local.url).host, credentials.createInsecure(), {
    'grpc.default_authority': 'evil.example',
  });
  const error = await new Promise<ServiceError | null>((resolve) => {
    const bytes = (value: Buffer) => value;
    client.makeUnaryRequest('/cache_client.Ping/Ping', bytes, bytes, Buffer.alloc(0), resolve);
  });
  client.close();
  expect([error?.code, error?.details]).toMatchInlineSnapshot(`
    [
      7,
      "Earwitness does not answer to the host name 'evil.example'. If clients reach it by this name, list it in \`hosts\` (earwitness.config.ts, startLocal() or --allow-host).",
    ]
  `);
});

test('the environment is told for the name by which it was asked, and the certificate bears it', async () => {
  const { port } = new URL(local.url);
  const env = async (host: string) => {
    const { body } = await ask({ path: '/_earwitness/env', headers: { host } });
    const { AWS_ENDPOINT_URL, HTTP_URL, MOMENTO_API_KEY = '' } = JSON.parse(body) as Record<string, string>;
    const claims = JSON.parse(Buffer.from(MOMENTO_API_KEY.split('.')[1] ?? '', 'base64').toString()) as { c: string };
    return [AWS_ENDPOINT_URL, HTTP_URL?.replace(/execute-api.*/, '…'), claims.c];
  };
  const tlsPort = new URL(local.httpsUrl).port;
  const usual = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${port}/_aws/…`, `localhost:${tlsPort}`];
  expect(await env(`127.0.0.1:${port}`)).toEqual(usual);
  expect(await env(`localhost:${port}`)).toEqual(usual);
  const name = 'host.docker.internal';
  expect(await env(`${name}:${port}`)).toEqual([
    `http://${name}:${port}`,
    `http://${name}:${port}/_aws/…`,
    `${name}:${tlsPort}`,
  ]);

  const { rootsFile } = await local.trustFiles();
  const authorized = await new Promise((resolve, reject) => {
    const socket = connectTls({ port: Number(tlsPort), servername: name, ca: readFileSync(rootsFile) }, () => {
      resolve(socket.authorized);
      socket.destroy();
    }).once('error', reject);
  });
  expect(authorized).toBe(true);
});

test('a setting that is no host name or no origin is refused by name', async () => {
  const refusal = (options: LocalOptions) =>
    startLocal(options).then(
      (started) => started.close(),
      (error: Error) => `${error.name}: ${error.message}`,
    );
  expect(await refusal({ hosts: ['http://shop.example'] })).toMatchInlineSnapshot(
    `"OptionError: hosts: 'http://shop.example' is not a host name. Expected is a name without scheme and port, such as 'host.docker.internal'."`,
  );
  expect(await refusal({ origins: ['shop.example'] })).toMatchInlineSnapshot(
    `"OptionError: origins: 'shop.example' is not an origin. Expected is a scheme, a host and perhaps a port, such as 'https://app.example.com:8443'."`,
  );
  expect(await refusal({ origins: ['null'] })).toMatchInlineSnapshot(
    `"OptionError: origins: 'null' is not an origin. Expected is a scheme, a host and perhaps a port, such as 'https://app.example.com:8443'."`,
  );
  expect(await refusal({ origins: ['*'] })).toMatchInlineSnapshot(
    `"OptionError: origins: '*' is not an origin. Expected is a scheme, a host and perhaps a port, such as 'https://app.example.com:8443'."`,
  );
});

function disposable<Client extends { destroy(): void }>(client: Client): Client & AsyncDisposable {
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.destroy() });
}
