// Secrets Manager and CloudWatch Logs as their SDKs see them.
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ListSecretsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

let local: Local;
let secrets: SecretsManagerClient;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  local = await startLocal();
  const settings = {
    endpoint: local.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: '123456789012', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
  secrets = new SecretsManagerClient(settings);
  logs = new CloudWatchLogsClient(settings);
});
afterAll(async () => {
  secrets.destroy();
  logs.destroy();
  await local.close();
});
beforeEach(() => local.reset());

const refusalOf = (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => Promise.reject(new Error('It was not refused.')),
    (error) => error,
  );

test('a secret is made, read, changed and described; its value stands in no description and not in the journal', async () => {
  const { ARN, VersionId } = await secrets.send(
    new CreateSecretCommand({ Name: 'db', SecretString: 'hush-1', Tags: [{ Key: 'team', Value: 'orders' }] }),
  );
  await secrets.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: 'hush-2' }));
  const current = await secrets.send(new GetSecretValueCommand({ SecretId: 'db' }));
  expect([current.SecretString, current.VersionStages]).toEqual(['hush-2', ['AWSCURRENT']]);
  expect(current.CreatedDate).toBeInstanceOf(Date);
  const previous = await secrets.send(new GetSecretValueCommand({ SecretId: 'db', VersionStage: 'AWSPREVIOUS' }));
  expect([previous.SecretString, previous.VersionId]).toEqual(['hush-1', VersionId]);
  const described = await secrets.send(new DescribeSecretCommand({ SecretId: 'db' }));
  const listed = await secrets.send(new ListSecretsCommand({}));
  expect(described.Tags).toEqual([{ Key: 'team', Value: 'orders' }]);
  expect(JSON.stringify([described, listed, local.journal.read()])).not.toContain('hush');
});

test("secrets' refusals are the SDK classes", async () => {
  const create = () => secrets.send(new CreateSecretCommand({ Name: 'db', SecretString: 'x' }));
  await create();
  expect(await refusalOf(create())).toBeInstanceOf(ResourceExistsException);
  const missing = await refusalOf(secrets.send(new GetSecretValueCommand({ SecretId: 'none' })));
  expect(missing).toBeInstanceOf(ResourceNotFoundException);
  expect(missing.message).toBe("Secrets Manager can't find the specified secret.");
  await secrets.send(new DeleteSecretCommand({ SecretId: 'db' }));
  expect(await refusalOf(secrets.send(new GetSecretValueCommand({ SecretId: 'db' })))).toBeInstanceOf(
    InvalidRequestException,
  );
});

test('bytes and passwords', async () => {
  await secrets.send(new CreateSecretCommand({ Name: 'b', SecretBinary: new Uint8Array([0, 255]) }));
  expect((await secrets.send(new GetSecretValueCommand({ SecretId: 'b' }))).SecretBinary).toEqual(
    new Uint8Array([0, 255]),
  );
  const { RandomPassword: password } = await secrets.send(new GetRandomPasswordCommand({ PasswordLength: 20 }));
  expect(password).toHaveLength(20);
});

test('log events are put, read and filtered', async () => {
  const names = { logGroupName: '/app', logStreamName: 's' };
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/app' }));
  const again = await refusalOf(logs.send(new CreateLogGroupCommand({ logGroupName: '/app' })));
  expect(again).toBeInstanceOf(ResourceAlreadyExistsException);
  await logs.send(new CreateLogStreamCommand(names));
  const timestamp = Date.now();
  const logEvents = ['INFO a', 'ERROR b'].map((message) => ({ timestamp, message }));
  await logs.send(new PutLogEventsCommand({ ...names, logEvents }));
  const all = await logs.send(new GetLogEventsCommand({ ...names, startFromHead: true }));
  expect(all.events).toMatchObject(logEvents);
  const errors = await logs.send(new FilterLogEventsCommand({ logGroupName: '/app', filterPattern: 'ERROR' }));
  expect(errors.events?.map((event) => event.message)).toEqual(['ERROR b']);
});
