// What a bucket tells of its objects, heard through the official SDKs: by a queue, a function and a rule, configured by
// calls and by a SAM template.
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketTaggingCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Local, startLocal } from '@earwitness/local';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ACCOUNT = '000000000000';
let local: Local;
let before: NodeJS.ProcessEnv;
let s3: S3Client;
let sqs: SQSClient;

beforeEach(async () => {
  before = { ...process.env };
  local = await startLocal();
  Object.assign(process.env, local.env);
  s3 = new S3Client({ maxAttempts: 1 });
  sqs = new SQSClient({ maxAttempts: 1 });
});

afterEach(async () => {
  s3.destroy();
  sqs.destroy();
  await local.close();
  for (const name of Object.keys(local.env)) delete process.env[name];
  Object.assign(process.env, before);
});

const arnOf = (queue: string) => `arn:aws:sqs:${process.env['AWS_REGION']}:${ACCOUNT}:${queue}`;

/** A queue to which a service may send on behalf of the account. */
async function createQueue(QueueName: string, service: string): Promise<string> {
  const Statement = {
    ...{ Effect: 'Allow', Principal: { Service: service }, Action: 'sqs:SendMessage', Resource: arnOf(QueueName) },
    Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  return QueueUrl;
}

/** The next message of a queue, parsed. */
async function next(QueueUrl: string) {
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  if (!message) throw new Error(`Nothing came to ${QueueUrl} within 20 seconds.`);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return JSON.parse(message.Body ?? '');
}

const configure = (Bucket: string, NotificationConfiguration: NotificationConfiguration, skip?: boolean) =>
  s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration,
      ...(skip !== undefined && { SkipDestinationValidation: skip }),
    }),
  );
const put = (Bucket: string, Key: string, Body = 'hello') => s3.send(new PutObjectCommand({ Bucket, Key, Body }));

async function refusalOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'not refused',
    (error) => `${error.name}: ${error.message}`,
  );
}

describe('a bucket that somebody configures by calls', () => {
  test('tells a queue of uploads, copies, tags and deletions', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'images' }));
    const url = await createQueue('uploads', 's3.amazonaws.com');
    await configure('images', {
      QueueConfigurations: [
        {
          ...{ Id: 'pictures', QueueArn: arnOf('uploads') },
          Events: ['s3:ObjectCreated:*', 's3:ObjectTagging:*', 's3:ObjectRemoved:*'],
          Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'in/' }] } },
        },
      ],
    });
    expect(await next(url)).toMatchObject({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'images' });
    await put('images', 'out/not-heard.png');
    await put('images', 'in/red flower@.png');
    const { Records: [put1] = [] } = await next(url);
    expect(put1).toMatchObject({
      ...{
        eventVersion: '2.5',
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        awsRegion: process.env['AWS_REGION'],
      },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      s3: {
        configurationId: 'pictures',
        bucket: { name: 'images', arn: 'arn:aws:s3:::images' },
        object: { key: 'in/red+flower%40.png', size: 5, eTag: '5d41402abc4b2a76b9719d911017c592' },
      },
    });
    expect(put1.s3.bucket.awsGeneratedTags).toBeUndefined();
    const copy = { Bucket: 'images', Key: 'in/b.png', CopySource: 'images/out/not-heard.png' };
    await s3.send(new CopyObjectCommand(copy));
    const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] };
    await s3.send(new PutObjectTaggingCommand({ Bucket: 'images', Key: 'in/b.png', Tagging }));
    await s3.send(new DeleteObjectCommand({ Bucket: 'images', Key: 'in/b.png' }));
    const rest = [await next(url), await next(url), await next(url)].map(({ Records: [one] }) => one);
    expect(rest.map(({ eventName, s3: { object } }) => [eventName, Object.keys(object)])).toEqual([
      ['ObjectCreated:Copy', ['key', 'size', 'eTag', 'sequencer']],
      ['ObjectTagging:Put', ['key', 'eTag']],
      ['ObjectRemoved:Delete', ['key', 'sequencer']],
    ]);
    expect(rest[2].s3.object.sequencer > rest[0].s3.object.sequencer).toBe(true);
  });

  test('tells EventBridge of everything, with the key as it is', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'images' }));
    const url = await createQueue('heard', 'events.amazonaws.com');
    const events = new EventBridgeClient({});
    const EventPattern = JSON.stringify({ source: ['aws.s3'], detail: { bucket: { name: ['images'] } } });
    await events.send(new PutRuleCommand({ Name: 'uploads', EventPattern }));
    await events.send(new PutTargetsCommand({ Rule: 'uploads', Targets: [{ Id: 'q', Arn: arnOf('heard') }] }));
    events.destroy();
    await s3.send(new PutBucketVersioningCommand({ Bucket: 'images', VersioningConfiguration: { Status: 'Enabled' } }));
    await configure('images', { EventBridgeConfiguration: {} });
    await put('images', 'in/red flower@.png');
    await s3.send(new DeleteObjectCommand({ Bucket: 'images', Key: 'in/red flower@.png' }));
    const created = await next(url);
    expect(created).toMatchObject({
      ...{ source: 'aws.s3', 'detail-type': 'Object Created', account: ACCOUNT, resources: ['arn:aws:s3:::images'] },
      detail: {
        ...{ version: '0', bucket: { name: 'images' }, requester: ACCOUNT, reason: 'PutObject' },
        object: { key: 'in/red flower@.png', size: 5, etag: '5d41402abc4b2a76b9719d911017c592' },
      },
    });
    expect(created.detail.object['version-id']).toMatch(/^.{32}$/);
    expect(await next(url)).toMatchObject({
      'detail-type': 'Object Deleted',
      detail: { reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' },
    });
  });

  test('is refused destinations that are not there, unless nobody is to look', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'images' }));
    const missing = { QueueConfigurations: [{ QueueArn: arnOf('none'), Events: ['s3:ObjectCreated:*' as const] }] };
    expect(await refusalOf(configure('images', missing))).toBe(
      'InvalidArgument: Unable to validate the following destination configurations',
    );
    expect(await refusalOf(configure('images', missing, true))).toBe('not refused');
    const { QueueConfigurations: [kept] = [] } = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket: 'images' }),
    );
    expect(kept).toMatchObject({ QueueArn: arnOf('none'), Events: ['s3:ObjectCreated:*'], Id: expect.any(String) });
    await configure('images', {});
    const { QueueConfigurations } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: 'images' }));
    expect(QueueConfigurations).toBeUndefined();
  });

  test('is refused policies that are none', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'images' }));
    const policy = (Policy: string) => refusalOf(s3.send(new PutBucketPolicyCommand({ Bucket: 'images', Policy })));
    expect(await policy('{}')).toBe('MalformedPolicy: Missing required field Statement');
    expect(await policy('no')).toBe("MalformedPolicy: Policies must be valid JSON and the first byte must be '{'");
  });
});

const SAM = `
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        EventBridgeConfiguration: { EventBridgeEnabled: true }
  Heard: { Type: AWS::SQS::Queue }
  Thumbnail:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Environment: { Variables: { QUEUE_URL: !Ref Heard } }
      Policies: [SQSSendMessagePolicy: { QueueName: !GetAtt Heard.QueueName }]
      InlineCode: |
        const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
        exports.handler = async (event) => {
          await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: JSON.stringify(event) }));
        };
      Events:
        Uploaded:
          Type: S3
          Properties:
            Bucket: !Ref Uploads
            Events: s3:ObjectCreated:*
            Filter: { S3Key: { Rules: [{ Name: suffix, Value: .png }] } }
Outputs:
  Bucket: { Value: !Ref Uploads }
  BucketArn: { Value: !GetAtt Uploads.Arn }
  Url: { Value: !Ref Heard }
`;

describe('a bucket of a SAM template', () => {
  test('invokes the function whose event it is, and tells EventBridge besides', async () => {
    const outputs = await local.deploy({ name: 'shop', template: SAM });
    const { Bucket = '', BucketArn, Url = '' } = outputs;
    expect(Bucket).toMatch(/^shop-uploads-[a-z0-9]{12}$/);
    expect(BucketArn).toBe(`arn:aws:s3:::${Bucket}`);
    await put(Bucket, 'a.txt');
    await put(Bucket, 'a.png');
    const { Records: [record] = [] } = await next(Url);
    expect(record).toMatchObject({ eventName: 'ObjectCreated:Put', s3: { object: { key: 'a.png', size: 5 } } });
    // Source: S3 user guide, "Event message structure", version 2.5: buckets of CloudFormation say so.
    expect(record.s3.bucket.awsGeneratedTags).toMatchObject({
      'aws:cloudformation:stack-name': 'shop',
      'aws:cloudformation:logical-id': 'Uploads',
    });
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
    expect(TagSet.map(({ Key }) => Key).sort()).toEqual([
      'aws:cloudformation:logical-id',
      'aws:cloudformation:stack-id',
      'aws:cloudformation:stack-name',
    ]);
  });

  // Source: SAM's translator, events/push.py.
  test('elsewhere is none that a function may have events of', async () => {
    const template = SAM.replace('Bucket: !Ref Uploads\n            Events', 'Bucket: elsewhere\n            Events');
    await expect(local.deploy({ name: 'shop', template })).rejects.toThrow(
      /S3 events must\s+reference an S3 bucket in the same template\./,
    );
  });

  // Source: CloudFormation user guide, AWS::S3::Bucket NotificationConfiguration: the permission has to be there first.
  test('is not made before its function lets it in', async () => {
    const template = `
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: !GetAtt Queue.Arn }]
  Queue: { Type: AWS::SQS::Queue }
`;
    await expect(local.deploy({ name: 'shop', template })).rejects.toThrow(
      'Unable to validate the following destination configurations',
    );
  });
});
