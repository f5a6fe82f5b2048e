// Events of AWS services as objects of aws-lambda-java-events, whose names are not those of their methods. The classes
// here are those of that library as far as these events need them. Source: aws-lambda-java-serialization,
// LambdaEventSerializers, its mixins and S3EventSerializer.
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp } from '../test-function.ts';
import { CORE_SOURCES, compile, IMPORTS, java, jdk } from './test-java.ts';

afterEach(cleanUp);

const PACKAGE = 'com.amazonaws.services.lambda.runtime.events';
const FOLDER = PACKAGE.replaceAll('.', '/');

/** `String body` → a private field with its getter and setter. */
function bean(...properties: string[]): string {
  return properties
    .map((property) => {
      const [, type = '', name = ''] = /^(.+) (\w+)$/.exec(property) ?? [];
      const capital = name.charAt(0).toUpperCase() + name.slice(1);
      return `private ${type} ${name}; public ${type} get${capital}() { return ${name}; }
        public void set${capital}(${type} value) { ${name} = value; }`;
    })
    .join('\n');
}

/** `String name` → a field, a getter and what the constructor takes; there is no other constructor. */
function fixed(name: string, ...properties: string[]): string {
  const parts = properties.map((property) => property.split(' '));
  const getters = parts.map(([type, field = '']) => {
    // The library's own: `geteTag`, `getxAmzId2`.
    const capital = /^[a-z][A-Z]/.test(field) ? field : field.charAt(0).toUpperCase() + field.slice(1);
    return `private final ${type} ${field}; public ${type} get${capital}() { return ${field}; }`;
  });
  const assignments = parts.map(([, field]) => `this.${field} = ${field};`);
  return `public static class ${name} { ${getters.join(' ')}
    public ${name}(${properties.join(', ')}) { ${assignments.join(' ')} } }`;
}

const events: Record<string, string> = {
  SQSEvent: `public class SQSEvent { ${bean('List<SQSMessage> records')}
    public static class SQSMessage { ${bean('String body', 'String eventSourceArn', 'Map<String, MessageAttribute> messageAttributes')} }
    public static class MessageAttribute { ${bean('String stringValue', 'String dataType')} } }`,
  SNSEvent: `public class SNSEvent { ${bean('List<SNSRecord> records')}
    public static class SNSRecord { private SNS sns; public SNS getSNS() { return sns; } public void setSns(SNS sns) { this.sns = sns; }
      ${bean('String eventSource', 'String eventSubscriptionArn')} }
    public static class SNS { ${bean('String message', 'String messageId', 'org.joda.time.DateTime timestamp')} } }`,
  ScheduledEvent: `public class ScheduledEvent { ${bean('String detailType', 'Map<String, Object> detail', 'org.joda.time.DateTime time', 'List<String> resources')} }`,
  KinesisEvent: `public class KinesisEvent { ${bean('List<KinesisEventRecord> records')}
    public static class KinesisEventRecord { ${bean('Record kinesis', 'String eventSourceARN', 'String awsRegion')} }
    public static class Record { ${bean('java.nio.ByteBuffer data', 'Date approximateArrivalTimestamp', 'String encryptionType')}
      public enum Type { KMS } public void setEncryptionType(Type type) { throw new IllegalStateException(); } } }`,
  APIGatewayProxyRequestEvent: `public class APIGatewayProxyRequestEvent {
    ${bean('String httpMethod', 'Map<String, String> headers', 'Boolean isBase64Encoded', 'String body')} }`,
  APIGatewayProxyResponseEvent: `public class APIGatewayProxyResponseEvent {
    ${bean('Integer statusCode', 'Map<String, String> headers', 'String body', 'Boolean isBase64Encoded')}
    public APIGatewayProxyResponseEvent withStatusCode(Integer code) { setStatusCode(code); return this; } }`,
  S3Event: `import ${PACKAGE}.models.s3.*; public class S3Event { private final List<S3EventNotification.S3EventNotificationRecord> records;
    public S3Event(List<S3EventNotification.S3EventNotificationRecord> records) { this.records = records; }
    public List<S3EventNotification.S3EventNotificationRecord> getRecords() { return records; } }`,
};

const s3Classes = [
  fixed('UserIdentityEntity', 'String principalId'),
  fixed('S3BucketEntity', 'String name', 'UserIdentityEntity ownerIdentity', 'String arn'),
  fixed('S3ObjectEntity', 'String key', 'Long size', 'String eTag', 'String versionId', 'String sequencer'),
  fixed(
    'S3Entity',
    'String configurationId',
    'S3BucketEntity bucket',
    'S3ObjectEntity object',
    'String s3SchemaVersion',
  ),
  fixed('RequestParametersEntity', 'String sourceIPAddress'),
  fixed('ResponseElementsEntity', 'String xAmzId2', 'String xAmzRequestId'),
  fixed(
    'S3EventNotificationRecord',
    ...['String awsRegion', 'String eventName', 'String eventSource', 'String eventTime', 'String eventVersion'],
    ...['RequestParametersEntity requestParameters', 'ResponseElementsEntity responseElements', 'S3Entity s3'],
    'UserIdentityEntity userIdentity',
  ),
];

const code = compile({
  ...CORE_SOURCES,
  ...Object.fromEntries(
    Object.entries(events).map(([name, text]) => [
      `${FOLDER}/${name}.java`,
      `package ${PACKAGE}; import java.util.*; ${text}`,
    ]),
  ),
  [`${FOLDER}/models/s3/S3EventNotification.java`]: `package ${PACKAGE}.models.s3;
    public class S3EventNotification { ${s3Classes.join('\n')} }`,
  'org/joda/time/DateTime.java': `package org.joda.time; public class DateTime { private final String text;
    private DateTime(String text) { this.text = text; } public String toString() { return text; }
    public static DateTime parse(String text) { return new DateTime(text); } }`,
  'shop/Takes.java': `package shop; ${IMPORTS} import ${PACKAGE}.*;
    public class Takes {
      public Object sqs(SQSEvent event) { SQSEvent.SQSMessage message = event.getRecords().get(0);
        return Arrays.asList(message.getBody(), message.getEventSourceArn(), message.getMessageAttributes().get("a").getStringValue()); }
      public SQSEvent back(SQSEvent event) { return event; }
      public Object sns(SNSEvent event) { SNSEvent.SNSRecord record = event.getRecords().get(0);
        return Arrays.asList(record.getEventSource(), record.getSNS().getMessage(), record.getSNS().getTimestamp().toString()); }
      public Object schedule(ScheduledEvent event) {
        return Arrays.asList(event.getDetailType(), event.getDetail(), event.getTime().toString(), event.getResources()); }
      public ScheduledEvent scheduleBack(ScheduledEvent event) { return event; }
      public Object kinesis(KinesisEvent event) { KinesisEvent.KinesisEventRecord record = event.getRecords().get(0);
        return Arrays.asList(new String(record.getKinesis().getData().array()), record.getEventSourceARN(),
          record.getKinesis().getApproximateArrivalTimestamp().getTime(), record.getKinesis().getEncryptionType()); }
      public APIGatewayProxyResponseEvent api(APIGatewayProxyRequestEvent event) {
        APIGatewayProxyResponseEvent response = new APIGatewayProxyResponseEvent().withStatusCode(201);
        response.setBody(event.getHttpMethod() + event.getIsBase64Encoded()); response.setHeaders(event.getHeaders()); return response; }
      public Object s3(S3Event event) { return event.getRecords().get(0); }
    }`,
});

const record = (fields: object) => ({ Records: [fields] });

describe.skipIf(!jdk)('a function in Java takes', () => {
  test.each([
    [
      'sqs',
      record({ body: 'b', eventSourceARN: 'arn', messageAttributes: { a: { stringValue: 'v', dataType: 'String' } } }),
      ['b', 'arn', 'v'],
    ],
    ['back', record({ body: 'b', eventSourceARN: 'arn' }), record({ body: 'b', eventSourceARN: 'arn' })],
    [
      'sns',
      record({ EventSource: 'aws:sns', Sns: { Message: 'm', MessageId: 'i', Timestamp: '2026-11-29T10:00:00.000Z' } }),
      ['aws:sns', 'm', '2026-11-29T10:00:00.000Z'],
    ],
    [
      'schedule',
      { 'detail-type': 'Scheduled Event', detail: { a: 1 }, time: '2026-11-29T10:00:00Z', resources: ['r'] },
      ['Scheduled Event', { a: 1 }, '2026-11-29T10:00:00Z', ['r']],
    ],
    [
      'scheduleBack',
      { 'detail-type': 't', time: '2026-11-29T10:00:00Z' },
      { 'detail-type': 't', time: '2026-11-29T10:00:00Z' },
    ],
    [
      'kinesis',
      record({
        kinesis: { data: 'aGk=', approximateArrivalTimestamp: 1_700_000_000.5, encryptionType: 'NONE' },
        eventSourceARN: 'arn',
      }),
      ['hi', 'arn', 1_700_000_000_500, 'NONE'],
    ],
    [
      'kinesis',
      record({ kinesis: { data: '', approximateArrivalTimestamp: 1_700_000_000 } }),
      ['', null, 1_700_000_000_000, null],
    ],
    [
      'api',
      { httpMethod: 'GET', headers: { a: 'b' }, isBase64Encoded: false, requestContext: {} },
      { statusCode: 201, headers: { a: 'b' }, body: 'GETfalse' },
    ],
    [
      's3',
      record({
        eventName: 'ObjectCreated:Put',
        s3: {
          s3SchemaVersion: '1.0',
          bucket: { name: 'in', arn: 'arn' },
          object: { key: 'a+b', size: 5, sequencer: 's' },
        },
        responseElements: { 'x-amz-id-2': 'x' },
      }),
      {
        eventName: 'ObjectCreated:Put',
        responseElements: { xAmzId2: 'x' },
        s3: {
          bucket: { name: 'in', arn: 'arn' },
          object: { key: 'a+b', size: 5, sequencer: 's' },
          s3SchemaVersion: '1.0',
        },
      },
    ],
  ])('the event of %s', async (method, event, expected) => {
    const { invoke } = await java(code, `shop.Takes::${method}`);
    expect(JSON.parse((await invoke(event)).payload)).toEqual(expected);
  });
});
