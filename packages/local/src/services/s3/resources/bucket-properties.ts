// Properties of a bucket as templates write them, in the words of S3's API, which are other ones in every document.
// What a template may have and this cloud does not take is refused by name.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CORSRule,
  LifecycleRule,
  NotificationConfiguration,
  NotificationConfigurationFilter,
  PutBucketAclRequest,
  ServerSideEncryptionRule,
} from '@earwitness/protocol/internal/aws/models/s3.types';
import { plainText } from '@earwitness/protocol/internal/template/value';
import { isRecord } from '../../../resources/properties.ts';
import { checkNewBucketAcl } from '../policies/access-control-list.ts';

type Plain = Readonly<Record<string, unknown>>;

/**
 * Canned lists that PutBucketAcl has no name for: they let in services of AWS, which write no logs and start no
 * machines here, or the bucket's owner, who may do everything as it is. Source: S3 user guide, "Canned ACL".
 */
const WITHOUT_EFFECT = ['aws-exec-read', 'bucket-owner-full-control', 'bucket-owner-read', 'log-delivery-write'];

function dashed(value: unknown): string {
  return plainText(value)
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();
}

/** `PublicRead` → `public-read`; `undefined` of those that change nothing here. */
export function cannedAcl(value: unknown): PutBucketAclRequest['ACL'] | undefined {
  const name = dashed(value);
  if (WITHOUT_EFFECT.includes(name)) return undefined;
  // The operation refuses what is none.
  return name as PutBucketAclRequest['ACL'];
}

/** @throws InvalidBucketAclWithObjectOwnership where the template's bucket has no access control lists. */
export function checkAccessControl({ AccessControl: wanted, OwnershipControls: ownership }: Plain): void {
  if (wanted === undefined) return;
  const [rule] = ownership === undefined ? [] : listIn(ownership, 'Rules', 'OwnershipControls');
  checkNewBucketAcl(dashed(wanted), rule?.['ObjectOwnership']);
}

export function encryptionRules(value: unknown): ServerSideEncryptionRule[] {
  return listIn(value, 'ServerSideEncryptionConfiguration', 'BucketEncryption').map((rule) => {
    const { ServerSideEncryptionByDefault: wanted, BucketKeyEnabled } = rule;
    refuseOthers(
      rule,
      ['ServerSideEncryptionByDefault', 'BucketKeyEnabled', 'BlockedEncryptionTypes'],
      'BucketEncryption',
    );
    return {
      ...(isRecord(wanted) && { ApplyServerSideEncryptionByDefault: wanted as never }),
      ...(BucketKeyEnabled !== undefined && { BucketKeyEnabled: isTrue(BucketKeyEnabled) }),
    };
  });
}

export function corsRules(value: unknown): CORSRule[] {
  return listIn(value, 'CorsRules', 'CorsConfiguration').map((rule) => {
    const { AllowedHeaders, AllowedMethods, AllowedOrigins, ExposedHeaders, Id, MaxAge } = rule;
    return {
      AllowedMethods: texts(AllowedMethods),
      AllowedOrigins: texts(AllowedOrigins),
      ...(AllowedHeaders !== undefined && { AllowedHeaders: texts(AllowedHeaders) }),
      ...(ExposedHeaders !== undefined && { ExposeHeaders: texts(ExposedHeaders) }),
      ...(Id !== undefined && { ID: plainText(Id) }),
      ...(MaxAge !== undefined && { MaxAgeSeconds: Number(MaxAge) }),
    };
  });
}

const LIFECYCLE_PROPERTIES = [
  ...['Id', 'Status', 'Prefix', 'TagFilters', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'],
  ...['ExpirationDate', 'ExpirationInDays', 'ExpiredObjectDeleteMarker', 'AbortIncompleteMultipartUpload'],
  ...['NoncurrentVersionExpiration', 'NoncurrentVersionExpirationInDays'],
  ...['Transition', 'Transitions', 'NoncurrentVersionTransition', 'NoncurrentVersionTransitions'],
];

export function lifecycleRules(value: unknown): LifecycleRule[] {
  return listIn(value, 'Rules', 'LifecycleConfiguration').map((rule) => {
    refuseOthers(rule, LIFECYCLE_PROPERTIES, 'LifecycleConfiguration.Rules');
    const { Id, Status, NoncurrentVersionExpirationInDays: days, AbortIncompleteMultipartUpload: abort } = rule;
    const noncurrent = isRecord(rule['NoncurrentVersionExpiration']) ? rule['NoncurrentVersionExpiration'] : undefined;
    const transitions = [rule['Transition'] ?? [], rule['Transitions'] ?? []].flat().filter(isRecord);
    const noncurrents = [rule['NoncurrentVersionTransition'] ?? [], rule['NoncurrentVersionTransitions'] ?? []].flat();
    return {
      ...(Id !== undefined && { ID: plainText(Id) }),
      Status: plainText(Status) as 'Enabled' | 'Disabled',
      Filter: lifecycleFilter(rule),
      ...expirationOf(rule),
      ...((noncurrent || days !== undefined) && {
        NoncurrentVersionExpiration: numbers({ NoncurrentDays: days, ...noncurrent }),
      }),
      ...(isRecord(abort) && { AbortIncompleteMultipartUpload: numbers(abort) }),
      ...(transitions.length > 0 && {
        Transitions: transitions.map(({ StorageClass, TransitionInDays, TransitionDate }) => ({
          StorageClass: plainText(StorageClass) as never,
          ...(TransitionInDays !== undefined && { Days: Number(TransitionInDays) }),
          ...(TransitionDate !== undefined && { Date: timeOf(TransitionDate) }),
        })),
      }),
      ...(noncurrents.length > 0 && {
        NoncurrentVersionTransitions: noncurrents
          .filter(isRecord)
          .map(({ StorageClass, TransitionInDays, NewerNoncurrentVersions }) => ({
            StorageClass: plainText(StorageClass) as never,
            ...numbers({ NoncurrentDays: TransitionInDays, NewerNoncurrentVersions }),
          })),
      }),
    };
  });
}

function expirationOf(rule: Plain): Pick<LifecycleRule, 'Expiration'> {
  const { ExpirationDate: date, ExpirationInDays: days, ExpiredObjectDeleteMarker: marker } = rule;
  if (date === undefined && days === undefined && marker === undefined) return {};
  return {
    Expiration: {
      ...(date !== undefined && { Date: timeOf(date) }),
      ...(days !== undefined && { Days: Number(days) }),
      ...(marker !== undefined && { ExpiredObjectDeleteMarker: isTrue(marker) }),
    },
  };
}

/** The API has one condition, or several under `And`. */
function lifecycleFilter(rule: Plain): NonNullable<LifecycleRule['Filter']> {
  const { Prefix, TagFilters, ObjectSizeGreaterThan: greater, ObjectSizeLessThan: less } = rule;
  const tags = (Array.isArray(TagFilters) ? TagFilters : []).filter(isRecord).map(({ Key, Value }) => ({
    Key: plainText(Key),
    Value: plainText(Value),
  }));
  const single = {
    ...(Prefix !== undefined && { Prefix: plainText(Prefix) }),
    ...(greater !== undefined && { ObjectSizeGreaterThan: Number(greater) }),
    ...(less !== undefined && { ObjectSizeLessThan: Number(less) }),
  };
  const [tag] = tags;
  const count = Object.keys(single).length + tags.length;
  if (count === 0) return { Prefix: '' };
  if (count > 1) return { And: { ...single, ...(tags.length > 0 && { Tags: tags }) } };
  return tag ? { Tag: tag } : single;
}

/** `LambdaConfigurations` with one `Event` each; any `EventBridgeConfiguration` that is not switched off. */
export function notifications(value: unknown): NotificationConfiguration {
  if (!isRecord(value)) throw malformed('NotificationConfiguration is not an object.');
  const known = ['LambdaConfigurations', 'QueueConfigurations', 'TopicConfigurations', 'EventBridgeConfiguration'];
  refuseOthers(value, known, 'NotificationConfiguration');
  const of = (name: string) => (value[name] === undefined ? [] : listIn(value, name, 'NotificationConfiguration'));
  const [functions, queues, topics] = [
    of('LambdaConfigurations'),
    of('QueueConfigurations'),
    of('TopicConfigurations'),
  ];
  const bridge = value['EventBridgeConfiguration'];
  const isOn = bridge !== undefined && (!isRecord(bridge) || isTrue(bridge['EventBridgeEnabled'] ?? true));
  return {
    ...(functions.length > 0 && {
      LambdaFunctionConfigurations: functions.map((one) => ({
        LambdaFunctionArn: plainText(one['Function']),
        ...eventAndFilter(one),
      })),
    }),
    ...(queues.length > 0 && {
      QueueConfigurations: queues.map((one) => ({ QueueArn: plainText(one['Queue']), ...eventAndFilter(one) })),
    }),
    ...(topics.length > 0 && {
      TopicConfigurations: topics.map((one) => ({ TopicArn: plainText(one['Topic']), ...eventAndFilter(one) })),
    }),
    ...(isOn && { EventBridgeConfiguration: {} }),
  };
}

function eventAndFilter({ Event: event, Filter: filter }: Plain): {
  Events: string[];
  Filter?: NotificationConfigurationFilter;
} {
  const Events = [plainText(event)];
  if (filter === undefined) return { Events };
  const key = isRecord(filter) ? filter['S3Key'] : undefined;
  const FilterRules = listIn(key, 'Rules', 'Filter.S3Key').map(({ Name, Value }) => ({
    Name: plainText(Name),
    Value: plainText(Value),
  }));
  return { Events, Filter: { Key: { FilterRules } } };
}

function listIn(value: unknown, name: string, where: string): Plain[] {
  const list = isRecord(value) ? value[name] : undefined;
  if (!Array.isArray(list) || !list.every(isRecord)) throw malformed(`${where}.${name} is not a list of objects.`);
  return list;
}

function refuseOthers(value: Plain, known: readonly string[], where: string): void {
  const other = Object.keys(value).find((name) => !known.includes(name));
  if (other !== undefined) throw malformed(`The property ${where}.${other} is not supported.`);
}

function malformed(message: string): ServiceError {
  return new ServiceError('ValidationException', message, { status: 400 });
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(plainText) : [];
}

function numbers(record: Plain): Record<string, number> {
  const given = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, Number(value)]));
}

function isTrue(value: unknown): boolean {
  return plainText(value) === 'true';
}

function timeOf(value: unknown): number {
  return Date.parse(plainText(value));
}
