// What S3 refuses of a notification configuration, what it tells, and in which form: facts with their sources.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { NotificationConfiguration } from '@earwitness/protocol/internal/aws/models/s3.types';
import { describe, expect, test } from 'vitest';
import { formatBridgeEvent } from './bridge-event.ts';
import { describeNotifications, parseNotifications } from './configuration.ts';
import { type EventName, isConfigurableEvent, meansEvent } from './event-name.ts';
import { encodeKey, matchesKey } from './key-filter.ts';
import type { Notice } from './notice.ts';
import { formatRecord, formatTestEvent } from './record.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:orders';
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders';
const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:orders';

const parse = (input: NotificationConfiguration) =>
  parseNotifications(input, { region: 'eu-west-1', newId: () => 'generated' });

function refusal(input: NotificationConfiguration): string {
  try {
    parse(input);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { ArgumentName, ArgumentValue } = error.fields;
    const argument = ArgumentName === undefined ? '' : ` [${ArgumentName}=${ArgumentValue}]`;
    return `${error.code}: ${error.message}${argument}`;
  }
  return 'not refused';
}

const toQueue = (options: { events?: string[]; rules?: { Name?: string; Value?: string }[]; id?: string } = {}) => ({
  QueueArn: QUEUE,
  ...(options.id !== undefined && { Id: options.id }),
  Events: (options.events ?? ['s3:ObjectCreated:*']) as never,
  ...(options.rules && { Filter: { Key: { FilterRules: options.rules as never } } }),
});
const filtered = (...rules: { Name?: string; Value?: string }[]) =>
  refusal({ QueueConfigurations: [toQueue({ rules })] });

const AMBIGUOUS =
  'InvalidArgument: Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.';

describe('a configuration', () => {
  // Recorded on AWS: LocalStack, tests/aws/services/s3, test_notifications_with_filter (`config_updated_filter`).
  test('is answered as it was put, filter names with a capital', () => {
    const rules = [{ Name: 'PREFIX', Value: 'in/' }];
    const put = { QueueConfigurations: [toQueue({ id: 'q', rules })], EventBridgeConfiguration: {} };
    expect(describeNotifications(parse(put))).toEqual({
      QueueConfigurations: [
        {
          Id: 'q',
          QueueArn: QUEUE,
          Events: ['s3:ObjectCreated:*'],
          Filter: { Key: { FilterRules: [{ Name: 'Prefix', Value: 'in/' }] } },
        },
      ],
      EventBridgeConfiguration: {},
    });
  });

  // Recorded on AWS: the same test (`config_empty`).
  test('that is empty is answered with nothing', () => {
    expect(describeNotifications(parse({}))).toEqual({});
  });

  // Recorded on AWS: LocalStack, test_filter_rules_case_insensitive.
  test('keeps the order of its filter rules, whatever their letters', () => {
    const rules = [
      { Name: 'suFFix', Value: '.txt' },
      { Name: 'prEFix', Value: 'notif-' },
    ];
    const { QueueConfigurations: [one] = [] } = describeNotifications(
      parse({ QueueConfigurations: [toQueue({ rules })] }),
    );
    expect(one?.Filter?.Key?.FilterRules).toEqual([
      { Name: 'Suffix', Value: '.txt' },
      { Name: 'Prefix', Value: 'notif-' },
    ]);
  });

  // Recorded on AWS: LocalStack, test_filter_rules_case_insensitive: the Id is one that AWS made.
  test('without an Id gets one', () => {
    expect(parse({ QueueConfigurations: [toQueue()] }).rules[0]?.id).toBe('generated');
  });

  // Recorded on AWS: LocalStack, test_bucket_notification_with_invalid_filter_rules.
  test('has filter rules for a prefix or a suffix only', () => {
    expect(filtered({ Name: 'INVALID', Value: 'a' })).toBe(
      'InvalidArgument: filter rule name must be either prefix or suffix [FilterRule.Name=INVALID]',
    );
  });

  // Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3_api.
  test('has filter rules with both a name and a value', () => {
    const malformed =
      'MalformedXML: The XML you provided was not well-formed or did not validate against our published schema';
    expect([filtered({ Name: 'prefix' }), filtered({ Value: 'a' })]).toEqual([malformed, malformed]);
  });

  // Recorded on AWS: LocalStack, test_s3_notifications_sqs, the same.
  test('may have an empty filter value', () => {
    expect(filtered({ Name: 'prefix', Value: '' })).toBe('not refused');
  });

  // Sources: S3 user guide, "Configuring event notifications using object key name filtering"; S3 API reference, "Error
  // responses".
  test('has one prefix and one suffix at most', () => {
    const rules = ['a', 'b'].map((Value) => ({ Name: 'prefix', Value }));
    expect(filtered(...rules)).toBe(
      'InvalidArgument: Cannot specify more than one prefix rule in a filter. [FilterRule.Name=prefix]',
    );
  });

  // Recorded on AWS: LocalStack, test_invalid_sqs_arn, test_invalid_topic_arn, test_invalid_lambda_arn.
  test.each([
    ['Queue', { QueueConfigurations: [{ QueueArn: 'invalid', Events: ['s3:ObjectCreated:*'] }] }],
    ['Topic', { TopicConfigurations: [{ TopicArn: 'invalid', Events: ['s3:ObjectCreated:*'] }] }],
    [
      'CloudFunction',
      { LambdaFunctionConfigurations: [{ LambdaFunctionArn: 'invalid', Events: ['s3:ObjectCreated:*'] }] },
    ],
  ] as const)('names its %s by an ARN', (argument, input) => {
    const put: unknown = input;
    expect(refusal(put as NotificationConfiguration)).toBe(
      `InvalidArgument: The ARN could not be parsed [${argument}=invalid]`,
    );
  });

  // Source: S3 user guide, "Supported event types".
  test('names events that there are', () => {
    expect(refusal({ QueueConfigurations: [toQueue({ events: ['s3:ObjectRead:*'] })] })).toBe(
      'InvalidArgument: A specified event is not supported for notifications. [Event=s3:ObjectRead:*]',
    );
    const known = ['s3:ObjectTagging:*', 's3:LifecycleExpiration:Delete', 's3:ObjectAcl:Put', 's3:IntelligentTiering'];
    expect(known.filter((name) => !isConfigurableEvent(name))).toEqual([]);
  });

  // Source: S3 user guide, "Enabling notifications": the destination is in the bucket's region, and no FIFO queue.
  test('names standard queues in the region of the bucket', () => {
    const [far, fifo] = [QUEUE.replace('eu-west-1', 'us-east-1'), `${QUEUE}.fifo`];
    expect(refusal({ QueueConfigurations: [{ ...toQueue(), QueueArn: far }] })).toBe(
      `InvalidArgument: The notification destination service region is not valid for the bucket location constraint [Queue=${far}]`,
    );
    expect(refusal({ QueueConfigurations: [{ ...toQueue(), QueueArn: fifo }] })).toBe(
      `InvalidArgument: S3 does not notify FIFO queues; name a standard queue. [Queue=${fifo}]`,
    );
  });
});

describe('two configurations that may mean the same event', () => {
  const prefix = (Value: string) => ({ Name: 'prefix', Value });
  const suffix = (Value: string) => ({ Name: 'suffix', Value });
  const both = (one: Parameters<typeof toQueue>[0], other: Parameters<typeof toQueue>[0]) =>
    refusal({ QueueConfigurations: [toQueue({ id: '1', ...one }), toQueue({ id: '2', ...other })] });

  // Source: S3 user guide, "Configuring event notifications using object key name filtering", its valid and invalid
  // examples.
  test('are refused', () => {
    expect(both({}, {})).toBe(AMBIGUOUS);
    expect(both({ rules: [prefix('images/')] }, { rules: [prefix('images/jpg')] })).toBe(AMBIGUOUS);
    expect(both({ rules: [suffix('.jpg')] }, { rules: [suffix('pg')] })).toBe(AMBIGUOUS);
    expect(both({ rules: [prefix('images')] }, { rules: [suffix('.jpg')] })).toBe(AMBIGUOUS);
  });

  // Source: the same page.
  test('are fine with disjoint prefixes, suffixes or events', () => {
    expect(both({ rules: [prefix('images/')] }, { rules: [prefix('logs/')] })).toBe('not refused');
    expect(both({ rules: [suffix('.jpg')] }, { rules: [suffix('.png')] })).toBe('not refused');
    expect(both({}, { events: ['s3:ObjectRemoved:*'] })).toBe('not refused');
    const here = [prefix('images'), suffix('.jpg')];
    expect(both({ rules: here }, { rules: [prefix('images'), suffix('.png')] })).toBe('not refused');
  });

  // Source: the same page: `s3:ObjectCreated:*` means every `s3:ObjectCreated:…`.
  test('are found under a wildcard, and between kinds', () => {
    expect(both({}, { events: ['s3:ObjectCreated:Put'] })).toBe(AMBIGUOUS);
    expect(both({ events: ['s3:ObjectCreated:Copy'] }, { events: ['s3:ObjectCreated:Put'] })).toBe('not refused');
    const Events = ['s3:ObjectCreated:Put' as const];
    const LambdaFunctionConfigurations = [{ LambdaFunctionArn: FUNCTION, Events, Id: 'f' }];
    expect(refusal({ QueueConfigurations: [toQueue()], LambdaFunctionConfigurations })).toBe(AMBIGUOUS);
    expect(refusal({ TopicConfigurations: [{ TopicArn: TOPIC, Events, Id: 't' }], LambdaFunctionConfigurations })).toBe(
      AMBIGUOUS,
    );
  });
});

describe('a key', () => {
  // Sources: S3 user guide, "Event message structure"; recorded on AWS: LocalStack, test_key_encoding (`a%40b`).
  test('is form-encoded, slashes aside', () => {
    expect(['in/red flower@.jpg', 'a+b', 'ü/😀', 'x(1)*.txt', 'a%2Fb'].map(encodeKey)).toEqual([
      'in/red+flower%40.jpg',
      'a%2Bb',
      '%C3%BC/%F0%9F%98%80',
      'x%281%29*.txt',
      'a%252Fb',
    ]);
  });

  // Source: S3 user guide, "Configuring event notifications using object key name filtering": wildcards are no
  // wildcards, special signs are written encoded.
  test('is compared with prefix and suffix in its encoded form', () => {
    expect(matchesKey({ prefix: 'my+docs/', suffix: '%40.jpg' }, encodeKey('my docs/a@.jpg'))).toBe(true);
    expect(matchesKey({ prefix: 'my docs/' }, encodeKey('my docs/a'))).toBe(false);
    expect(matchesKey({ suffix: '*.jpg' }, encodeKey('a.jpg'))).toBe(false);
    expect(matchesKey({}, 'anything')).toBe(true);
  });

  // Source: S3 user guide, "Supported event types": a lifecycle's deletion is no ObjectRemoved.
  test('that a lifecycle has deleted was not removed by anybody', () => {
    expect(meansEvent('s3:ObjectRemoved:*', 'LifecycleExpiration:Delete')).toBe(false);
    expect(meansEvent('s3:LifecycleExpiration:*', 'LifecycleExpiration:Delete')).toBe(true);
    expect(meansEvent('s3:ObjectCreated:*', 'ObjectCreated:Post')).toBe(true);
    expect(meansEvent('s3:ObjectCreated:Put', 'ObjectCreated:Post')).toBe(false);
  });
});

const NOTICE: Notice = {
  event: 'ObjectCreated:Put',
  at: Date.UTC(2026, 10, 28, 11, 11, 57, 63),
  bucket: { name: 'orders', region: 'eu-west-1', account: '123456789012', awsTags: {} },
  object: {
    key: 'in/red flower@.jpg',
    size: 1024,
    etag: 'd41d8cd98f00b204e9800998ecf8427e',
    versionId: '096fKKXTRTtl3on89fVO.nfljtsv6qko',
    sequencer: '006A6EF6F74389E232',
  },
  requestId: 'C3D13FE58DE4C810',
  hostId: 'FMyUVURIY8',
  userId: 'AROAEXAMPLE:session',
  requester: '123456789012',
  sourceIp: '127.0.0.1',
};
const recordOf = (notice: Partial<Notice>) => JSON.parse(formatRecord({ ...NOTICE, ...notice }, 'q')).Records[0];
const objectOf = (event: EventName) => Object.keys(recordOf({ event }).s3.object);

describe('a notification record', () => {
  // Source: S3 user guide, "Event message structure"; recorded on AWS: LocalStack,
  // tests/aws/services/s3/test_s3_notifications_sns.snapshot.json, test_object_created_put.
  test('has these members in this order', () => {
    expect(formatRecord(NOTICE, 'q')).toBe(
      '{"Records":[{"eventVersion":"2.5","eventSource":"aws:s3","awsRegion":"eu-west-1",' +
        '"eventTime":"2026-11-28T11:11:57.063Z","eventName":"ObjectCreated:Put",' +
        '"userIdentity":{"principalId":"AWS:AROAEXAMPLE:session"},"requestParameters":{"sourceIPAddress":"127.0.0.1"},' +
        '"responseElements":{"x-amz-request-id":"C3D13FE58DE4C810","x-amz-id-2":"FMyUVURIY8"},' +
        '"s3":{"s3SchemaVersion":"1.0","configurationId":"q","bucket":{"name":"orders",' +
        '"ownerIdentity":{"principalId":"A000001KPQZG2C"},"arn":"arn:aws:s3:::orders"},' +
        '"object":{"key":"in/red+flower%40.jpg","size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e",' +
        '"versionId":"096fKKXTRTtl3on89fVO.nfljtsv6qko","sequencer":"006A6EF6F74389E232"}}}]}',
    );
  });

  // Source: S3 user guide, "Event message structure", version 2.5 (July 2026): tags that begin with `aws:`, if any.
  test('has the tags of CloudFormation, and nobody else’s', () => {
    const awsTags = { 'aws:cloudformation:stack-name': 'shop' };
    const { bucket } = recordOf({ bucket: { ...NOTICE.bucket, awsTags } }).s3;
    expect(bucket.awsGeneratedTags).toEqual(awsTags);
    expect(Object.keys(bucket)).toEqual(['name', 'ownerIdentity', 'arn', 'awsGeneratedTags']);
  });

  // Recorded on AWS: LocalStack, test_object_created_copy, test_object_created_complete_multipart_upload.
  test('of any creation has size, eTag and sequencer', () => {
    const whole = ['key', 'size', 'eTag', 'versionId', 'sequencer'];
    expect(objectOf('ObjectCreated:Copy')).toEqual(whole);
    expect(objectOf('ObjectCreated:CompleteMultipartUpload')).toEqual(whole);
    expect(objectOf('ObjectCreated:Post')).toEqual(whole);
  });

  // Recorded on AWS: LocalStack, test_object_created_and_object_removed.
  test('of a deletion has neither size nor eTag', () => {
    expect(objectOf('ObjectRemoved:Delete')).toEqual(['key', 'versionId', 'sequencer']);
  });

  // Recorded on AWS: LocalStack, test_s3_notifications_sqs, DeleteMarkerCreated.
  test('of a delete marker has an eTag and no size', () => {
    expect(objectOf('ObjectRemoved:DeleteMarkerCreated')).toEqual(['key', 'eTag', 'versionId', 'sequencer']);
  });

  // Recorded on AWS: LocalStack, test_object_tagging_put_event, test_object_tagging_delete_event, test_object_put_acl.
  test('of tags and ACLs has no size and no sequencer', () => {
    expect(objectOf('ObjectTagging:Put')).toEqual(['key', 'eTag', 'versionId']);
    expect(objectOf('ObjectTagging:Delete')).toEqual(['key', 'eTag', 'versionId']);
    expect(objectOf('ObjectAcl:Put')).toEqual(['key', 'eTag', 'versionId']);
  });

  // Source: S3 user guide, "Event message structure": the principal of a lifecycle is s3.amazonaws.com.
  test('of a lifecycle names S3 as its principal', () => {
    const { sourceIp: _, userId: __, ...rest } = NOTICE;
    const lifecycle = { ...rest, event: 'LifecycleExpiration:Delete' as const, requester: 's3.amazonaws.com' };
    const [record] = JSON.parse(formatRecord(lifecycle, 'q')).Records;
    expect([record.userIdentity, record.requestParameters]).toEqual([
      { principalId: 's3.amazonaws.com' },
      { sourceIPAddress: 's3.amazonaws.com' },
    ]);
  });

  // Source: the same page.
  test('is none in a test event, which has no Records', () => {
    const event = { bucket: 'orders', at: NOTICE.at, requestId: '5582815E1AEA5ADF', hostId: '8cLeGA' };
    expect(formatTestEvent(event)).toBe(
      '{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-11-28T11:11:57.063Z","Bucket":"orders","RequestId":"5582815E1AEA5ADF","HostId":"8cLeGA"}',
    );
  });
});

describe('an event of EventBridge', () => {
  const eventOf = (event: EventName) => formatBridgeEvent({ ...NOTICE, event });
  const detailOf = (event: EventName) => JSON.parse(eventOf(event).detail);

  // Source: S3 user guide, "EventBridge event message structure"; recorded on AWS: LocalStack,
  // tests/aws/services/s3/test_s3_notifications_eventbridge.snapshot.json, test_object_created_put.
  test('has these members, and the key as it is', () => {
    expect(eventOf('ObjectCreated:Put')).toEqual({
      source: 'aws.s3',
      detailType: 'Object Created',
      resources: ['arn:aws:s3:::orders'],
      time: NOTICE.at,
      account: '123456789012',
      region: 'eu-west-1',
      detail:
        '{"version":"0","event-version":"1.1","bucket":{"name":"orders"},"object":{"key":"in/red flower@.jpg",' +
        '"size":1024,"etag":"d41d8cd98f00b204e9800998ecf8427e","version-id":"096fKKXTRTtl3on89fVO.nfljtsv6qko",' +
        '"sequencer":"006A6EF6F74389E232"},"request-id":"C3D13FE58DE4C810","requester":"123456789012",' +
        '"source-ip-address":"127.0.0.1","reason":"PutObject"}',
    });
  });

  // Source: the same page, `reason`.
  test.each([
    ['ObjectCreated:Post', 'POST Object'],
    ['ObjectCreated:Copy', 'CopyObject'],
    ['ObjectCreated:CompleteMultipartUpload', 'CompleteMultipartUpload'],
    ['ObjectRemoved:Delete', 'DeleteObject'],
    ['LifecycleExpiration:Delete', 'Lifecycle Expiration'],
  ] as const)('of %s says the reason %s', (name, reason) => {
    expect(detailOf(name).reason).toBe(reason);
  });

  // Recorded on AWS: LocalStack, test_object_created_put (`object_deleted`).
  test('of a deletion says that it is permanent, without etag and size', () => {
    const { object, ...detail } = detailOf('ObjectRemoved:Delete');
    expect(detail['deletion-type']).toBe('Permanently Deleted');
    expect(Object.keys(object)).toEqual(['key', 'version-id', 'sequencer']);
  });

  // Source: S3 user guide, the same page.
  test('of a delete marker says so, with an etag and without a size', () => {
    const { object, ...detail } = detailOf('ObjectRemoved:DeleteMarkerCreated');
    expect(detail['deletion-type']).toBe('Delete Marker Created');
    expect(Object.keys(object)).toEqual(['key', 'etag', 'version-id', 'sequencer']);
  });

  // Recorded on AWS: LocalStack, test_object_put_acl; S3 user guide, the same page.
  test.each([
    ['ObjectTagging:Put', 'Object Tags Added'],
    ['ObjectTagging:Delete', 'Object Tags Deleted'],
    ['ObjectAcl:Put', 'Object ACL Updated'],
  ] as const)('of %s is %s, without reason, size and sequencer', (name, detailType) => {
    const { object, ...detail } = detailOf(name);
    expect(eventOf(name).detailType).toBe(detailType);
    expect('reason' in detail).toBe(false);
    expect(Object.keys(object)).toEqual(['key', 'etag', 'version-id']);
  });

  // Source: the same page (2026): `aws-generated-tags`.
  test('has the tags of CloudFormation', () => {
    const awsTags = { 'aws:cloudformation:stack-name': 'shop' };
    const { bucket } = JSON.parse(formatBridgeEvent({ ...NOTICE, bucket: { ...NOTICE.bucket, awsTags } }).detail);
    expect(bucket).toEqual({ name: 'orders', 'aws-generated-tags': awsTags });
  });
});
