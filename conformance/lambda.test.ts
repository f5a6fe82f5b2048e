// AWS Lambda through its own SDK: what the wire makes of functions, invocations and refusals.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  InvalidParameterValueException,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListTagsCommand,
  PublishVersionCommand,
  ResourceConflictException,
  ResourceNotFoundException,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zipInlineCode } from '../packages/local/src/functions/code/code.ts';

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:';

let local: Local;
let lambda: LambdaClient;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ew-conformance-'));
  local = await startLocal();
  lambda = new LambdaClient({
    endpoint: local.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  lambda.destroy();
  await local.close();
  rmSync(directory, { recursive: true });
});

async function create(FunctionName: string, text: string, more: object = {}) {
  return await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: 'arn:aws:iam::111122223333:role/r',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipInlineCode(text) },
      ...more,
    }),
  );
}

const invoke = (FunctionName: string, event: unknown = {}, more: object = {}) =>
  lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...more }));

describe('a function', () => {
  test('is created, waited for, listed, described, tagged, and deleted', async () => {
    await create('life', 'exports.handler = async () => 1', { Tags: { team: 'orders' } });
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 100 }, { FunctionName: 'life' });
    const { Functions } = await lambda.send(new ListFunctionsCommand({}));
    expect(Functions?.map((one) => one.FunctionArn)).toContain(`${ARN}life`);
    const { Configuration, Tags } = await lambda.send(new GetFunctionCommand({ FunctionName: 'life' }));
    expect([Configuration?.State, Configuration?.Handler, Tags]).toEqual([
      'Active',
      'index.handler',
      { team: 'orders' },
    ]);
    expect((await lambda.send(new ListTagsCommand({ Resource: `${ARN}life` }))).Tags).toEqual({ team: 'orders' });
    await expect(create('life', 'exports.handler = 1')).rejects.toBeInstanceOf(ResourceConflictException);
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'life' }));
    const gone = lambda.send(new GetFunctionCommand({ FunctionName: 'life' }));
    await expect(gone).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(gone).rejects.toMatchObject({ message: `Function not found: ${ARN}life` });
  });

  test('that does not compile is refused with the line that is wrong', async () => {
    const refused = create('broken', 'exports.handler = async () => {\n  return ];\n};');
    await expect(refused).rejects.toBeInstanceOf(InvalidParameterValueException);
    await expect(refused).rejects.toMatchObject({
      message:
        'The handler index.handler of function broken cannot be run: index.js:2:10: Unexpected "]"\n    return ];',
    });
  });

  test('shows its versions, aliases and policy', async () => {
    await create('named', 'exports.handler = async (event, context) => context.invokedFunctionArn');
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName: 'named' }));
    const alias = { FunctionName: 'named', Name: 'live', FunctionVersion: Version };
    expect((await lambda.send(new CreateAliasCommand(alias))).AliasArn).toBe(`${ARN}named:live`);
    const { Payload, ExecutedVersion } = await invoke('named:live');
    expect([Payload?.transformToString(), ExecutedVersion]).toEqual([`"${ARN}named:live"`, '1']);
    const permission = { FunctionName: 'named', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '*' };
    await lambda.send(new AddPermissionCommand(permission));
    const { Policy = '' } = await lambda.send(new GetPolicyCommand({ FunctionName: 'named' }));
    expect(JSON.parse(Policy).Statement).toEqual([
      { Sid: 's', Effect: 'Allow', Principal: '*', Action: 'lambda:InvokeFunction', Resource: `${ARN}named` },
    ]);
  });
});

describe('an invocation', () => {
  test('answers the result, the error, or that it was accepted', async () => {
    await create(
      'answers',
      'exports.handler = async (event) => { if (event.fail) throw new TypeError("no"); return event }',
    );
    const answer = await invoke('answers', { a: 'ö' });
    expect([answer.StatusCode, answer.FunctionError, answer.Payload?.transformToString()]).toEqual([
      200,
      undefined,
      '{"a":"ö"}',
    ]);
    const failure = await invoke('answers', { fail: true }, { LogType: 'Tail' });
    expect([failure.StatusCode, failure.FunctionError]).toEqual([200, 'Unhandled']);
    expect(JSON.parse(failure.Payload?.transformToString() ?? '')).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'no',
    });
    expect(Buffer.from(failure.LogResult ?? '', 'base64').toString()).toContain('REPORT RequestId: ');
    const accepted = await invoke('answers', {}, { InvocationType: 'Event' });
    expect(accepted.StatusCode).toBe(202);
    expect((await invoke('answers', {}, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
  });

  test('of a TypeScript handler calls EventBridge with the SDK of the project, and its trace goes along', async () => {
    writeFileSync(
      join(directory, 'app.ts'),
      `import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
       const client = new EventBridgeClient({});
       export async function handler(order: { id: string }): Promise<number | undefined> {
         const Detail = JSON.stringify({ ...order, region: process.env.AWS_REGION });
         const entry = { Source: 'OrderService', DetailType: 'OrderCreated', Detail };
         return (await client.send(new PutEventsCommand({ Entries: [entry] }))).FailedEntryCount;
       }`,
    );
    await create('orders', '', {
      Handler: 'app.handler',
      Timeout: 10,
      MemorySize: 256,
      Code: { S3Bucket: 'earwitness-local', S3Key: `file://${directory}?entry=app.ts` },
    });
    const answer = await invoke('orders', { id: '1' });
    expect(answer.Payload?.transformToString()).toBe('0');
    const [accepted] = local.journal.read().filter((fact) => fact.kind === 'event.accepted');
    expect(JSON.parse(accepted?.event ?? '{}')).toMatchObject({
      source: 'OrderService',
      account: '111122223333',
      region: 'eu-west-1',
      detail: { id: '1', region: 'eu-west-1' },
    });
    const invoked = local.journal.read().findLast((fact) => fact.kind === 'function.invoked');
    expect(accepted?.traceId).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(invoked?.traceId).toBe(accepted?.traceId);
  });
});
