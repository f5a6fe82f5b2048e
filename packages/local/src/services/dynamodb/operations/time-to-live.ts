// Time to live: switched on for one attribute, and off. Shapes: scylladb's alternator tests, test_ttl.py.
import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import { invalid } from '../refusals.ts';

export function timeToLiveOperations({ tables }: Parts) {
  return {
    async UpdateTimeToLive({ TableName: name, TimeToLiveSpecification: asked }, call) {
      const table = await tables.open(name, call, 'UpdateTimeToLive');
      const { AttributeName: attribute, Enabled: isOn } = asked;
      await tables.change(table, ({ ttl, ...row } = table) => {
        if (isOn && ttl !== undefined) {
          throw invalid(
            ttl === attribute
              ? 'TimeToLive is already enabled'
              : `TimeToLive is active on a different AttributeName: current AttributeName is ${ttl}`,
          );
        }
        if (!isOn && ttl === undefined) throw invalid('TimeToLive is already disabled');
        if (!isOn && ttl !== attribute) {
          throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${ttl}`);
        }
        return { ...row, ...(isOn && { ttl: attribute }) };
      });
      return { TimeToLiveSpecification: asked };
    },

    async DescribeTimeToLive({ TableName: name }, call) {
      const { ttl } = await tables.open(name, call, 'DescribeTimeToLive');
      return {
        TimeToLiveDescription:
          ttl === undefined ? { TimeToLiveStatus: 'DISABLED' } : { TimeToLiveStatus: 'ENABLED', AttributeName: ttl },
      };
    },
  } satisfies OperationsOf<'dynamodb'>;
}
