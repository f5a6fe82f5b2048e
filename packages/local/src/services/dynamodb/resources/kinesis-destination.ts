// CloudFormation: KinesisStreamSpecification of a table, the data stream of Kinesis that is told of its changes.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { isRecord, textProperty } from '../../../resources/properties.ts';
import type { Properties } from '../../../resources/resource.ts';
import type { ResourceContext } from '../../../resources/service-resource.ts';
import { ENABLE_FAILED } from '../streams/kinesis-destination.ts';

type Context = ResourceContext<'dynamodb'>;

interface Destination {
  readonly StreamArn: string;
  readonly precision: 'MILLISECOND' | 'MICROSECOND' | undefined;
}

export function destinationOf({ KinesisStreamSpecification: asked }: Properties): Destination | undefined {
  const StreamArn = isRecord(asked) ? textProperty(asked, 'StreamArn') : undefined;
  if (!isRecord(asked) || StreamArn === undefined) return undefined;
  const precision = textProperty(asked, 'ApproximateCreationDateTimePrecision');
  return { StreamArn, precision: precision === 'MILLISECOND' || precision === 'MICROSECOND' ? precision : undefined };
}

/**
 * Leads the table to the wanted destination, from whatever an update that failed has left. The old one is left only for
 * one that works: a table has one that is ACTIVE at most.
 */
export async function changeDestination(
  TableName: string,
  { old, now }: { readonly old: Destination | undefined; readonly now: Destination | undefined },
  context: Context,
): Promise<void> {
  const { run } = context;
  if (JSON.stringify(old) === JSON.stringify(now)) return;
  const described = async () =>
    (await run('DescribeKinesisStreamingDestination', { TableName })).KinesisDataStreamDestinations ?? [];
  const active = (await described()).find(({ DestinationStatus: status }) => status === 'ACTIVE');
  if (now && active && active.StreamArn === now.StreamArn) {
    const { StreamArn, precision: ApproximateCreationDateTimePrecision = 'MILLISECOND' } = now;
    if ((active.ApproximateCreationDateTimePrecision ?? 'MILLISECOND') === ApproximateCreationDateTimePrecision) return;
    const UpdateKinesisStreamingConfiguration = { ApproximateCreationDateTimePrecision };
    await run('UpdateKinesisStreamingDestination', { TableName, StreamArn, UpdateKinesisStreamingConfiguration });
    return;
  }
  if (active && now && !(await isThere(now.StreamArn, context))) throw notEnabled(ENABLE_FAILED, now);
  const left = active && active.StreamArn === old?.StreamArn ? old : undefined;
  if (left) await run('DisableKinesisStreamingDestination', { TableName, StreamArn: left.StreamArn });
  if (!now) return;
  await enable(TableName, now, context);
  const why = (await described()).find((one) => one.StreamArn === now.StreamArn)?.DestinationStatusDescription;
  if (why === undefined) return;
  if (left) await enable(TableName, left, context);
  throw notEnabled(why, now);
}

async function enable(TableName: string, { StreamArn, precision }: Destination, { run }: Context): Promise<void> {
  const EnableKinesisStreamingConfiguration = { ApproximateCreationDateTimePrecision: precision };
  await run('EnableKinesisStreamingDestination', { TableName, StreamArn, EnableKinesisStreamingConfiguration });
}

/** What may not be asked is for the table to find out. */
async function isThere(StreamARN: string, { dispatch, call }: Context): Promise<boolean> {
  try {
    await dispatch.call('kinesis', 'DescribeStreamSummary', { StreamARN }, call);
    return true;
  } catch (error) {
    if (error instanceof ServiceError) return error.code === 'AccessDeniedException';
    throw error;
  }
}

function notEnabled(why: string, { StreamArn }: Destination): ServiceError {
  return new ServiceError('ValidationException', `${why}: ${StreamArn}`);
}
