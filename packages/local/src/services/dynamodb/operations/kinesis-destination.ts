// Data streams of Kinesis that a table tells of its changes. Sentences and states: ack-api-quirks, DDB-TABLE-268, 299
// and 304, verified on AWS on 2026-10-09; DISABLING, ENABLING and UPDATING are over when the call is answered.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call, OperationsOf } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import type { Parts } from '../parts.ts';
import { invalid } from '../refusals.ts';
import { activeDestination, ENABLE_FAILED, withDestination } from '../streams/kinesis-destination.ts';
import type { ItemTable, KinesisDestination } from '../table.ts';

const NOT_VALID = 'Table is not in a valid state to enable Kinesis Streaming Destination:';
/** Source: DynamoDB developer guide, "Using IAM with Kinesis Data Streams". */
const PUTS = ['kinesis:PutRecord', 'kinesis:PutRecords', 'kinesis:DescribeStream'];

export function kinesisDestinationOperations({ platform, tables }: Parts) {
  const change = (table: ItemTable, decide: (row: ItemTable) => KinesisDestination) =>
    tables.change(table, (row = tables.known(table)) => withDestination(row, decide(row)));
  const active = (row: ItemTable, arn: string) => {
    const found = activeDestination(row);
    return found?.streamArn === arn ? found : undefined;
  };

  return {
    async EnableKinesisStreamingDestination(input, call) {
      const { TableName: name, StreamArn: streamArn, EnableKinesisStreamingConfiguration: config = {} } = input;
      const table = await tables.open(name, call, 'EnableKinesisStreamingDestination');
      const status = (await mayPut(platform, streamArn, call)) ? 'ACTIVE' : 'ENABLE_FAILED';
      const { ApproximateCreationDateTimePrecision: precision } = config;
      await change(table, (row) => {
        if (activeDestination(row)) {
          throw invalid(
            `${NOT_VALID} EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.`,
          );
        }
        return { streamArn, status, ...(precision && { precision }) };
      });
      return answer(table, streamArn, { DestinationStatus: 'ENABLING', EnableKinesisStreamingConfiguration: config });
    },

    async DisableKinesisStreamingDestination({ TableName: name, StreamArn: streamArn }, call) {
      const table = await tables.open(name, call, 'DisableKinesisStreamingDestination');
      await change(table, (row) => {
        const found = active(row, streamArn);
        if (!found) {
          throw invalid(`${NOT_VALID} KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.`);
        }
        return { ...found, status: 'DISABLED' };
      });
      return answer(table, streamArn, { DestinationStatus: 'DISABLING' });
    },

    async UpdateKinesisStreamingDestination(input, call) {
      const { TableName: name, StreamArn: streamArn, UpdateKinesisStreamingConfiguration: config } = input;
      const table = await tables.open(name, call, 'UpdateKinesisStreamingDestination');
      const precision = config?.ApproximateCreationDateTimePrecision;
      if (!precision) {
        throw invalid(
          'UpdateKinesisStreamingConfiguration.ApproximateCreationDateTimePrecision is MILLISECOND or MICROSECOND.',
        );
      }
      await change(table, (row) => {
        const found = active(row, streamArn);
        if (!found) {
          throw invalid(
            `${NOT_VALID} Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. TableName: ${table.name}`,
          );
        }
        // Recorded on AWS: LocalStack, test_kinesis_streaming_destination_crud.
        if (found.precision === precision) {
          throw invalid(
            `Invalid Request: Precision is already set to the desired value of ${precision} for tableId: ${table.id}, kdsArn: ${streamArn}`,
          );
        }
        return { ...found, precision };
      });
      return answer(table, streamArn, { DestinationStatus: 'UPDATING', UpdateKinesisStreamingConfiguration: config });
    },

    async DescribeKinesisStreamingDestination({ TableName: name }, call) {
      const table = await tables.open(name, call, 'DescribeKinesisStreamingDestination');
      const described = (table.destinations ?? []).map(({ streamArn, status, precision }) => ({
        StreamArn: streamArn,
        DestinationStatus: status,
        ...(status === 'ENABLE_FAILED' && { DestinationStatusDescription: ENABLE_FAILED }),
        ...(precision && { ApproximateCreationDateTimePrecision: precision }),
      }));
      return { TableName: table.name, KinesisDataStreamDestinations: described };
    },
  } satisfies OperationsOf<'dynamodb'>;
}

function answer<T extends object>({ name }: ItemTable, StreamArn: string, more: T) {
  return { TableName: name, StreamArn, ...more };
}

async function mayPut({ access, dispatch }: Platform, StreamARN: string, call: Call): Promise<boolean> {
  const { account, region } = call;
  for (const action of PUTS) {
    if ((await access.findRefusal(call, { action, resource: StreamARN, owner: account })) !== undefined) return false;
  }
  const owner = { account, region, principal: { kind: 'account', arn: `arn:aws:iam::${account}:root` } } as const;
  try {
    await dispatch.call('kinesis', 'DescribeStreamSummary', { StreamARN }, owner);
    return true;
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}
