// Kinesis through AWS's SDK, which speaks HTTP/2 without TLS to it, and through CloudFormation.
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  paginateListStreams,
  ResourceNotFoundException,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, expect, test } from 'vitest';

let local: Local;
let kinesis: KinesisClient;
beforeAll(async () => {
  local = await startLocal();
  const credentials = { accessKeyId: '123456789012', secretAccessKey: 'x' };
  kinesis = new KinesisClient({ endpoint: local.url, region: 'eu-west-1', credentials });
});
afterAll(async () => {
  kinesis.destroy();
  await local.close();
});

// Source: @aws-sdk/client-kinesis 3.1143: its request handler is NodeHttp2Handler, on `http://` with prior knowledge.
test('records go in and come out by HTTP/2 on the plain port', async () => {
  const StreamName = 'orders';
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  await waitUntilStreamExists({ client: kinesis, maxWaitTime: 60 }, { StreamName });
  const Records = ['a', 'b', 'c'].map((key) => ({ PartitionKey: key, Data: Buffer.from(`{"id":"${key}"}`) }));
  expect((await kinesis.send(new PutRecordsCommand({ StreamName, Records }))).FailedRecordCount).toBe(0);
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  const read: string[] = [];
  for (const { ShardId } of Shards) {
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records: found = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    read.push(...found.map(({ Data }) => Buffer.from(Data ?? []).toString()));
  }
  expect(read.sort()).toEqual(['{"id":"a"}', '{"id":"b"}', '{"id":"c"}']);
  const names: string[] = [];
  for await (const page of paginateListStreams({ client: kinesis }, {})) names.push(...(page.StreamNames ?? []));
  expect(names).toEqual(['orders']);
});

test('errors come as the SDK’s own classes', async () => {
  const described = kinesis.send(new DescribeStreamSummaryCommand({ StreamName: 'none' }));
  await expect(described).rejects.toThrow(ResourceNotFoundException);
});

const template = (hours: number) => `
Resources:
  Orders:
    Type: AWS::Kinesis::Stream
    Properties: {ShardCount: 1, RetentionPeriodHours: ${hours}, Tags: [{Key: team, Value: shop}]}
  Audit:
    Type: AWS::Kinesis::StreamConsumer
    Properties: {ConsumerName: audit, StreamARN: !GetAtt Orders.Arn}
Outputs:
  Name: {Value: !Ref Orders}
  Consumer: {Value: !GetAtt Audit.ConsumerARN}
`;

test('a stack makes a stream with its consumer, and changes it in place', async () => {
  const outputs = await local.deploy({ name: 'streams', template: template(24) });
  expect(outputs['Name']).toMatch(/^streams-Orders-/);
  expect(outputs['Consumer']).toContain(`:stream/${outputs['Name']}/consumer/audit:`);
  await local.deploy({ name: 'streams', template: template(48) });
  const asked = new DescribeStreamSummaryCommand({ StreamName: outputs['Name'] });
  const home = new KinesisClient({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: '000000000000', secretAccessKey: 'x' },
  });
  expect((await home.send(asked)).StreamDescriptionSummary).toMatchObject({
    RetentionPeriodHours: 48,
    ConsumerCount: 1,
  });
  home.destroy();
});
