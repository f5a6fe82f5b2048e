import { expect, test } from 'vitest';
import { queryErrorCode, ServiceError } from '../errors.ts';
import { sqsModel } from '../models/sqs.ts';
import type { WireRequest } from '../wire.ts';
import { sqsQueryCodec } from './sqs.ts';

function posted(body: string, path = '/'): WireRequest {
  const headers = { host: '127.0.0.1:4566', 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', path, query: '', headers, bytes: new Uint8Array(), text: () => body };
}

test('a message with attributes, as CLI 2.9 writes it, becomes the input that the JSON protocol gives', () => {
  const body =
    'Action=SendMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2F127.0.0.1%3A4598%2F000000000000%2Fq&MessageBody=x+y%2Bz' +
    '&MessageAttribute.1.Name=a&MessageAttribute.1.Value.DataType=Binary&MessageAttribute.1.Value.BinaryValue=AQID' +
    '&MessageAttribute.2.Name=b&MessageAttribute.2.Value.DataType=String&MessageAttribute.2.Value.StringValue=c&DelaySeconds=5';
  expect(sqsQueryCodec.decode(sqsModel, posted(body))).toEqual({
    operation: 'SendMessage',
    input: {
      QueueUrl: 'http://127.0.0.1:4598/000000000000/q',
      MessageBody: 'x y+z',
      DelaySeconds: 5,
      MessageAttributes: {
        a: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 3]) },
        b: { DataType: 'String', StringValue: 'c' },
      },
    },
  });
});

test('batches, attribute names and tags have the names of their own that Query gave them', () => {
  const input = (body: string) => sqsQueryCodec.decode(sqsModel, posted(body)).input;
  expect(
    input(
      'Action=SendMessageBatch&SendMessageBatchRequestEntry.2.Id=2&SendMessageBatchRequestEntry.2.MessageBody=b' +
        '&SendMessageBatchRequestEntry.1.Id=1&SendMessageBatchRequestEntry.1.MessageBody=a',
    ),
  ).toEqual({
    Entries: [
      { Id: '1', MessageBody: 'a' },
      { Id: '2', MessageBody: 'b' },
    ],
  });
  expect(input('Action=GetQueueAttributes&AttributeName.1=All')).toEqual({ AttributeNames: ['All'] });
  expect(
    input('Action=CreateQueue&QueueName=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=1&Tag.1.Key=k&Tag.1.Value=v'),
  ).toEqual({ QueueName: 'q', Attributes: { DelaySeconds: '1' }, tags: { k: 'v' } });
});

test('a queue that is named by the path alone is taken from there', () => {
  expect(sqsQueryCodec.decode(sqsModel, posted('Action=PurgeQueue', '/000000000000/q.fifo')).input).toEqual({
    QueueUrl: 'http://127.0.0.1:4566/000000000000/q.fifo',
  });
});

test('received messages are written as flattened XML', () => {
  const message = {
    MessageId: 'm',
    Body: 'a<b>&\r\n\u0001',
    Attributes: { SentTimestamp: '1' },
    MessageAttributes: { n: { DataType: 'Binary', BinaryValue: new Uint8Array([1]) } },
  };
  expect(
    sqsQueryCodec.encodeOutput(sqsModel, 'ReceiveMessage', { Messages: [message, { MessageId: 'o' }] }, 'r'),
  ).toEqual({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body:
      '<ReceiveMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><ReceiveMessageResult>' +
      '<Message><MessageId>m</MessageId><Body>a&lt;b&gt;&amp;&#xD;\n\uFFFD</Body>' +
      '<Attribute><Name>SentTimestamp</Name><Value>1</Value></Attribute>' +
      '<MessageAttribute><Name>n</Name><Value><BinaryValue>AQ==</BinaryValue><DataType>Binary</DataType></Value></MessageAttribute>' +
      '</Message><Message><MessageId>o</MessageId></Message>' +
      '</ReceiveMessageResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ReceiveMessageResponse>',
  });
});

test('a refusal carries the code that Query clients know', () => {
  const refusal = new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
  expect(sqsQueryCodec.encodeError(sqsModel, refusal, 'r')).toEqual({
    status: 400,
    headers: { 'content-type': 'text/xml' },
    body:
      '<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type>' +
      '<Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified queue does not exist for this wsdl version.</Message></Error>' +
      '<RequestId>r</RequestId></ErrorResponse>',
  });
});

test('every code of the Query protocol is the one that the SDK knows', async () => {
  const sdk: Readonly<Record<string, unknown>> = await import('@aws-sdk/client-sqs');
  const expected: Record<string, string> = {};
  const ours: Record<string, string> = {};
  for (const [name, shape] of Object.entries(sqsModel.shapes)) {
    if (shape.type !== 'structure' || !shape.exception) continue;
    const schema = sdk[`${name}$`];
    if (!Array.isArray(schema)) continue;
    expected[name] = schema[3].awsQueryError?.[0] ?? name;
    ours[name] = queryErrorCode(new ServiceError(name, ''));
  }
  expect(ours).toEqual(expected);
});
