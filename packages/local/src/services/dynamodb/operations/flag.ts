// What tables are said to have, and nothing here does: backups to points in time, insights; and limits of accounts.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ContinuousBackupsDescription } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import type { Call, OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import { type ItemTable, tableArn } from '../table.ts';

/** Source: DynamoDB API reference, PointInTimeRecoverySpecification. */
const RECOVERY_DAYS = 35;

export function flagOperations({ platform, tables }: Parts) {
  async function open(name: string, call: Call, action: string): Promise<ItemTable> {
    const place = tables.place(name, call);
    await tables.authorize(call, action, tableArn(place));
    const table = tables.find(place);
    if (table) return table;
    throw new ServiceError('TableNotFoundException', `Table not found: ${place.name}`);
  }

  function describeBackups({ backup }: ItemTable): ContinuousBackupsDescription {
    return {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: backup
        ? {
            PointInTimeRecoveryStatus: 'ENABLED',
            RecoveryPeriodInDays: backup.days,
            EarliestRestorableDateTime: backup.since,
            LatestRestorableDateTime: platform.clock.now(),
          }
        : { PointInTimeRecoveryStatus: 'DISABLED' },
    };
  }

  return {
    async DescribeContinuousBackups({ TableName: name }, call) {
      const table = await open(name, call, 'DescribeContinuousBackups');
      return { ContinuousBackupsDescription: describeBackups(table) };
    },

    async UpdateContinuousBackups({ TableName: name, PointInTimeRecoverySpecification: asked }, call) {
      const table = await open(name, call, 'UpdateContinuousBackups');
      const { PointInTimeRecoveryEnabled: isOn, RecoveryPeriodInDays: days = RECOVERY_DAYS } = asked;
      const changed = await tables.change(table, ({ backup, ...row } = table) => ({
        ...row,
        ...(isOn && { backup: { since: backup?.since ?? platform.clock.now(), days } }),
      }));
      return { ContinuousBackupsDescription: describeBackups(changed) };
    },

    async DescribeContributorInsights({ TableName: name, IndexName: index }, call) {
      const table = await tables.open(name, call, 'DescribeContributorInsights');
      return {
        TableName: table.name,
        ...(index !== undefined && { IndexName: index }),
        ContributorInsightsStatus: 'DISABLED',
      };
    },

    async DescribeLimits(_, call) {
      await tables.authorizeAny(call, 'DescribeLimits');
      // Source: DynamoDB quotas, default throughput of accounts and tables.
      return {
        AccountMaxReadCapacityUnits: 80_000,
        AccountMaxWriteCapacityUnits: 80_000,
        TableMaxReadCapacityUnits: 40_000,
        TableMaxWriteCapacityUnits: 40_000,
      };
    },

    DescribeEndpoints() {
      return { Endpoints: [{ Address: new URL(platform.address.http).host, CachePeriodInMinutes: 1440 }] };
    },
  } satisfies OperationsOf<'dynamodb'>;
}
