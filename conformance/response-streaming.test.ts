// Response streaming over the wire: InvokeWithResponseStream with the official SDK, and function URLs of InvokeMode
// RESPONSE_STREAM with fetch. Sources: docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html; API
// reference, InvokeWithResponseStream.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zipInlineCode } from '../packages/local/src/functions/code/code.ts';

let local: Local;
let lambda: LambdaClient;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ew-conformance-'));
  local = await startLocal({ isolation: { 'in-process': 'process' } });
  lambda = new LambdaClient({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: '000000000000', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  await create('in-worker', HANDLER);
  await create('in-process', HANDLER);
  await create('not-streaming', `exports.handler = async () => ({ statusCode: 201, body: 'whole' })`);
});
afterAll(async () => {
  lambda.destroy();
  await local.close();
  rmSync(directory, { recursive: true });
});

/** Streams what the event (or the query of a request) says; waits in between until a file is there. */
const HANDLER = `
const { existsSync } = require('fs');
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  const { prelude, file, fails } = event.queryStringParameters ?? event;
  if (fails === 'at once') throw new RangeError('no');
  if (prelude) stream = awslambda.HttpResponseStream.from(stream, JSON.parse(prelude));
  stream.write('first ');
  while (file && !existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
  if (fails) throw new RangeError('no');
  stream.end('last');
});`;

async function create(FunctionName: string, text: string) {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: 'arn:aws:iam::000000000000:role/r',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Timeout: 60,
      Code: { ZipFile: zipInlineCode(text) },
    }),
  );
}

let files = 0;
/** A file that is not there yet, and how to make it. */
function gate() {
  const file = join(directory, `gate-${++files}`);
  return { file, open: () => writeFileSync(file, '') };
}

describe.each(['in-worker', 'in-process'])('a function that streams, %s,', (FunctionName) => {
  const stream = (event: object, more: object = {}) =>
    lambda.send(new InvokeWithResponseStreamCommand({ FunctionName, Payload: JSON.stringify(event), ...more }));

  test('is heard while it works', async () => {
    const { file, open } = gate();
    const { StatusCode, ExecutedVersion, ResponseStreamContentType, EventStream } = await stream({ file });
    const events: unknown[] = [];
    for await (const { PayloadChunk, InvokeComplete } of EventStream ?? []) {
      events.push(InvokeComplete ?? Buffer.from(PayloadChunk?.Payload ?? []).toString());
      open();
    }
    expect([StatusCode, ExecutedVersion, ResponseStreamContentType, events]).toEqual([
      200,
      '$LATEST',
      'application/octet-stream',
      ['first ', 'last', {}],
    ]);
  });

  test('tells at the end that it failed, and its log', async () => {
    const { EventStream } = await stream({ fails: 'in the middle' }, { LogType: 'Tail' });
    const events: string[] = [];
    for await (const { PayloadChunk, InvokeComplete } of EventStream ?? []) {
      if (PayloadChunk) events.push(Buffer.from(PayloadChunk.Payload ?? []).toString());
      if (!InvokeComplete) continue;
      const { ErrorCode = '', ErrorDetails = '', LogResult = '' } = InvokeComplete;
      const { errorType, errorMessage } = JSON.parse(ErrorDetails);
      events.push(ErrorCode, errorType, errorMessage, ...Buffer.from(LogResult, 'base64').toString().split(' ', 2));
    }
    expect(events).toEqual(['first ', 'Unhandled', 'RangeError', 'no', 'START', 'RequestId:']);
  });

  test('answers Invoke as a whole', async () => {
    const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName, Payload: '{}' }));
    expect([Buffer.from(Payload ?? []).toString(), FunctionError]).toEqual(['first last', undefined]);
  });

  test('reaches the client of its URL as it writes, behind status, headers and cookies', async () => {
    const url = await urlOf(FunctionName);
    const { file, open } = gate();
    const prelude = JSON.stringify({ statusCode: 418, headers: { 'X-Tea': 'green' }, cookies: ['a=b', 'c=d'] });
    const response = await fetch(`${url}?${new URLSearchParams({ file, prelude })}`);
    const { status, headers } = response;
    const reader = response.body?.getReader();
    const first = await reader?.read();
    open();
    const last = await reader?.read();
    expect([status, headers.get('x-tea'), headers.get('content-type'), headers.getSetCookie()]).toEqual([
      418,
      'green',
      'application/octet-stream',
      ['a=b', 'c=d'],
    ]);
    expect([first, last, await reader?.read()].map((part) => Buffer.from(part?.value ?? []).toString())).toEqual([
      'first ',
      'last',
      '',
    ]);
  });

  test('ends the connection of its URL when it fails in the middle, and answers 502 when it fails before', async () => {
    const url = await urlOf(FunctionName);
    const response = await fetch(`${url}?fails=later`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
    await expect(response.text()).rejects.toThrow('terminated');
    const failed = await fetch(`${url}?${new URLSearchParams({ fails: 'at once' })}`);
    expect([failed.status, await failed.text()]).toEqual([502, '{"message":"Internal Server Error"}']);
  });
});

test('a function that does not stream answers in one piece, and its URL is not taken apart', async () => {
  const FunctionName = 'not-streaming';
  const { EventStream, ResponseStreamContentType } = await lambda.send(
    new InvokeWithResponseStreamCommand({ FunctionName }),
  );
  const events: unknown[] = [];
  for await (const { PayloadChunk, InvokeComplete } of EventStream ?? []) {
    events.push(InvokeComplete ?? Buffer.from(PayloadChunk?.Payload ?? []).toString());
  }
  expect([ResponseStreamContentType, events]).toEqual(['application/json', ['{"statusCode":201,"body":"whole"}', {}]]);
  const response = await fetch(await urlOf(FunctionName));
  expect([response.status, await response.text()]).toEqual([200, '{"statusCode":201,"body":"whole"}']);
});

test('InvokeMode is updated and told', async () => {
  await create('changing', `exports.handler = async () => ({ statusCode: 201, body: 'whole' })`);
  const FunctionName = 'changing';
  const url = await urlOf(FunctionName, 'BUFFERED');
  expect((await fetch(url)).status).toBe(201);
  await lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName, InvokeMode: 'RESPONSE_STREAM' }));
  expect((await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName }))).InvokeMode).toBe('RESPONSE_STREAM');
  expect((await fetch(url)).status).toBe(200);
});

test('a function that is not there is refused before anything streams', async () => {
  const gone = lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: 'gone' }));
  await expect(gone).rejects.toThrow('Function not found: arn:aws:lambda:us-east-1:000000000000:function:gone');
});

test('templates say InvokeMode by AWS::Lambda::Url and by SAM', async () => {
  const outputs = await local.deploy({
    name: 'streams',
    template: `Transform: AWS::Serverless-2016-10-31
Resources:
  Streams:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: |
        exports.handler = awslambda.streamifyResponse(async (event, stream) => {
          stream = awslambda.HttpResponseStream.from(stream, { statusCode: 202 });
          stream.end('streamed');
        });
      FunctionUrlConfig: { AuthType: NONE, InvokeMode: RESPONSE_STREAM }
      AutoPublishAlias: live
  Plain:
    Type: AWS::Lambda::Url
    Properties: { TargetFunctionArn: !GetAtt Streams.Arn, AuthType: NONE, InvokeMode: RESPONSE_STREAM }
  Everybody:
    Type: AWS::Lambda::Permission
    Properties:
      { FunctionName: !Ref Streams, Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: NONE }
Outputs:
  OfSam: { Value: !GetAtt StreamsUrl.FunctionUrl }
  Plain: { Value: !GetAtt Plain.FunctionUrl }
`,
  });
  for (const url of [outputs['OfSam'], outputs['Plain']]) {
    const response = await fetch(url ?? '');
    expect([response.status, await response.text()]).toEqual([202, 'streamed']);
  }
});

const urls = new Map<string, string>();

async function urlOf(FunctionName: string, InvokeMode: 'RESPONSE_STREAM' | 'BUFFERED' = 'RESPONSE_STREAM') {
  const known = urls.get(FunctionName);
  if (known !== undefined) return known;
  const config = { FunctionName, AuthType: 'NONE', InvokeMode } as const;
  const { FunctionUrl = '' } = await lambda.send(new CreateFunctionUrlConfigCommand(config));
  await lambda.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: 'everybody',
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      FunctionUrlAuthType: 'NONE',
    }),
  );
  urls.set(FunctionName, FunctionUrl);
  return FunctionUrl;
}
