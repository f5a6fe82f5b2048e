// Event `S3`: a bucket of the same template notifies the function. The bucket gets a notification configuration and
// waits for the permission, which S3 looks for when it takes the configuration.
import { isList, isMap, sameValue, type Value, type ValueMap } from '../../value.ts';
import { type FunctionEvent, pick, referredId, report, withTags } from '../assembly.ts';
import { addPermission, type EventPlace, reportEvent } from './function-event.ts';

export function addBucketEvent(event: FunctionEvent, place: EventPlace): void {
  const { assembly, serverless, target } = place;
  const { properties } = event;
  const { Bucket: named } = properties;
  const bucketId = isMap(named) ? referredId(named) : undefined;
  const bucket = bucketId === undefined ? undefined : assembly.resources.get(bucketId);
  if (bucketId === undefined || !bucket) {
    reportEvent(place, event, { message: 'S3 events must reference an S3 bucket in the same template.' });
    return;
  }
  if (!isPossible(bucketId, bucket, place, event)) return;
  const permissionId = `${serverless.logicalId}${event.name}Permission`;
  addPermission(place, permissionId, { Principal: 's3.amazonaws.com', SourceAccount: { Ref: 'AWS::AccountId' } });
  const condition = serverless.declared['Condition'];
  const events = properties['Events'] ?? [];
  const own = (isList(events) ? events : [events]).map((Event): Value => {
    const notification = { Function: target.arn, ...pick(properties, ['Filter']), Event };
    return typeof condition === 'string'
      ? { 'Fn::If': [condition, notification, { Ref: 'AWS::NoValue' }] }
      : notification;
  });
  const given = isMap(bucket['Properties']) ? bucket['Properties'] : {};
  const notifications = isMap(given['NotificationConfiguration']) ? given['NotificationConfiguration'] : {};
  const others = notifications['LambdaConfigurations'];
  const before = isList(others) ? others : [];
  const changed = {
    ...given,
    NotificationConfiguration: {
      ...notifications,
      LambdaConfigurations: [...before, ...own.filter((one) => !before.some((other) => sameValue(one, other)))],
    },
    ...(typeof condition === 'string' && { Tags: waitingTags(given['Tags'], permissionId, condition) }),
  };
  const waits = bucket['DependsOn'] ?? [];
  const DependsOn = [...new Set([...(isList(waits) ? waits : [waits]), permissionId])];
  const whole = {
    ...bucket,
    ...(condition === undefined && { DependsOn }),
    Properties: assembly.source.derive(changed, bucket['Properties'] ?? bucket),
  };
  const tagged = withTags(whole, serverless, assembly.source);
  assembly.resources.set(bucketId, assembly.source.derive(tagged, bucket));
}

/** Reports what keeps a bucket from being changed. */
function isPossible(
  bucketId: string,
  bucket: ValueMap,
  { assembly, serverless }: EventPlace,
  event: FunctionEvent,
): boolean {
  const { Properties: properties = {}, DependsOn: waits = [] } = bucket;
  const refuse = (logicalId: string, message: string) => {
    report(assembly, { ...serverless, logicalId }, { message, at: bucket });
    return false;
  };
  if (!isMap(properties)) return refuse(bucketId, 'Properties should be a map.');
  const { NotificationConfiguration: notifications = {}, Tags: tags = [] } = properties;
  if (!isMap(notifications)) return refuse(bucketId, "Property 'NotificationConfiguration' should be a map.");
  if (!isList(notifications['LambdaConfigurations'] ?? [])) {
    return refuse(bucketId, 'Invalid type for LambdaConfigurations. Must be a list.');
  }
  const isConditional = serverless.declared['Condition'] !== undefined;
  if (isConditional && !isList(tags)) return refuse(bucketId, "Property 'Tags' should be a list.");
  const isText = (one: Value) => typeof one === 'string';
  if (isConditional || isText(waits) || (isList(waits) && waits.every(isText))) return true;
  const id = `${serverless.logicalId}${event.name}`;
  return refuse(id, "Invalid type for field 'DependsOn'. Expected a string or list of strings.");
}

/** There is no conditional `DependsOn`: SAM makes a tag that refers to the permission when it is there. */
function waitingTags(tags: Value | undefined, permissionId: string, condition: string): Value {
  const value = { 'Fn::If': [condition, { Ref: permissionId }, 'no dependency'] };
  return [...(isList(tags) ? tags : []), { Key: `sam:ConditionalDependsOn:${permissionId}`, Value: value }];
}
