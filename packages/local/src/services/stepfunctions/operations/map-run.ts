// Map runs: described, listed, and given other limits while they run.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { updateRow } from '../../../backbone/update.ts';
import type { OperationsOf } from '../../../call.ts';
import { readArn } from '../arn.ts';
import { describeMapRun, type MapRunRow, mapRunKey } from '../map-run.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';

export function mapRunOperations({ mapRuns, executions, authorize }: Parts) {
  /** @throws ResourceNotFound */
  function get(mapRunArn: string): MapRunRow {
    const run = mapRuns.get(mapRunKey({ mapRunArn }))?.value;
    if (run) return run;
    const fields = { resourceName: mapRunArn };
    throw new ServiceError('ResourceNotFound', `Resource not found: '${mapRunArn}'`, { fields });
  }

  return {
    async DescribeMapRun({ mapRunArn: text }, call) {
      const { account: owner } = readArn(text, 'mapRun');
      await authorize(call, 'DescribeMapRun', { resource: text, owner });
      return describeMapRun(get(text));
    },

    /** In the order in which they began. */
    async ListMapRuns({ executionArn: text, ...input }, call) {
      const { account, region, name } = readArn(text, 'execution');
      await authorize(call, 'ListMapRuns', { resource: text, owner: account });
      executions.get(text);
      const found = mapRuns
        .list(`${account}/${region}/mapRun:${name}/`)
        .map(({ value }) => value)
        .filter(({ executionArn }) => executionArn === text)
        .sort((one, other) => one.startedAt - other.startedAt);
      const { page, next } = takePage(found, input);
      const listed = page.map(({ executionArn, mapRunArn, stateMachineArn, startedAt, stoppedAt }) => ({
        ...{ executionArn, mapRunArn, stateMachineArn, startDate: startedAt },
        ...(stoppedAt !== undefined && { stopDate: stoppedAt }),
      }));
      return { mapRuns: listed, ...next };
    },

    async UpdateMapRun({ mapRunArn: text, ...changes }, call) {
      const { account: owner } = readArn(text, 'mapRun');
      await authorize(call, 'UpdateMapRun', { resource: text, owner });
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      if (Object.keys(given).length === 0) {
        throw invalid(
          'MISSING_REQUIRED_PARAMETER',
          'One of maxConcurrency, toleratedFailureCount and toleratedFailurePercentage must be specified',
        );
      }
      get(text);
      await updateRow(mapRuns, mapRunKey({ mapRunArn: text }), (run = get(text)) => {
        if (run.status === 'RUNNING') return { ...run, ...given };
        throw invalid('CANNOT_UPDATE_COMPLETED_MAP_RUN', `The Map Run is ${run.status} and cannot be updated`);
      });
      return {};
    },
  } satisfies OperationsOf<'stepfunctions'>;
}

function invalid(reason: string, sentence: string): ServiceError {
  return new ServiceError('ValidationException', sentence, { fields: { reason } });
}
