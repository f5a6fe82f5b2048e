// The record of stream records that were given up, and where a mapping sends it. Sources: Lambda developer guide,
// "Retain discarded batches"; recorded on AWS: LocalStack, tests/aws/services/lambda_/event_source_mapping.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Platform } from '../../../platform.ts';
import { batchInfo } from '../../../streams/batch-info.ts';
import type { Discarded, Origin } from '../../../streams/feed.ts';
import { type Found, LATEST } from '../function.ts';
import { formatFunctionArn } from '../function-name.ts';
import type { Mapping } from './mapping.ts';

/** Returns the destination's ARN; `undefined` when there is none. @throws ServiceError what the destination says */
export async function sendDiscarded(
  platform: Platform,
  { mapping, found, origin }: { readonly mapping: Mapping; readonly found: Found; readonly origin: Origin },
  discarded: Discarded,
): Promise<string | undefined> {
  const arn = mapping.stream?.DestinationConfig?.OnFailure?.Destination;
  if (arn === undefined) return undefined;
  const { dispatch, standIns } = platform;
  const record = createRecord(platform, mapping, { found, discarded });
  const { service = '', account = '', region = '', resource = '' } = parseArn(arn) ?? {};
  const asked = { ...origin, region: region === '' ? origin.region : region };
  const text = JSON.stringify(record);
  if (service === 'sqs') {
    const QueueUrl = `${platform.address.http}/${account}/${resource}`;
    await dispatch.call('sqs', 'SendMessage', { QueueUrl, MessageBody: text }, asked);
  } else if (service === 'sns' && dispatch.serves('sns')) {
    await dispatch.call('sns', 'Publish', { TopicArn: arn, Message: text }, asked);
  } else if (service === 's3' && dispatch.serves('s3')) {
    const payload = `{"Records":[${discarded.records.map((one) => one.text).join(',')}]}`;
    const Body = Buffer.from(JSON.stringify({ ...record, payload }));
    await dispatch.call('s3', 'PutObject', { Bucket: resource, Key: keyOf(platform, mapping, discarded), Body }, asked);
  } else standIns.receive({ via: 'destination', arn, input: text });
  return arn;
}

function createRecord(
  { clock, ids }: Platform,
  { sourceArn = '' }: Mapping,
  { found: { fn, qualifier, version }, discarded }: { readonly found: Found; readonly discarded: Discarded },
): object {
  const { condition, attempts, last } = discarded;
  const functionArn = formatFunctionArn({ ...fn, ...(qualifier !== LATEST && { qualifier }) });
  return {
    requestContext: {
      requestId: last?.requestId ?? ids.uuid(),
      functionArn,
      condition,
      approximateInvokeCount: attempts,
    },
    // Of what was too old, no invocation tells.
    ...(condition !== 'RecordAgeExceeded' && {
      responseContext: {
        statusCode: 200,
        executedVersion: version.version,
        functionError: last?.functionError ?? null,
      },
    }),
    version: '1.0',
    timestamp: new Date(clock.now()).toISOString(),
    ...batchInfo(sourceArn, discarded),
  };
}

/** `aws/lambda/UUID/SHARD/2026/11/28/2026-11-28T10.15.31-UUID` */
function keyOf({ clock, ids }: Platform, { uuid }: Mapping, { shardId }: Discarded): string {
  const [day = '', time = ''] = new Date(clock.now()).toISOString().split('T');
  const at = `${day}T${time.slice(0, 8).replaceAll(':', '.')}`;
  return `aws/lambda/${uuid}/${shardId}/${day.replaceAll('-', '/')}/${at}-${ids.uuid()}`;
}
