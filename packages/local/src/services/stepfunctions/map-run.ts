// A map run: a row of `stepfunctions/map-runs`. `map-run/` runs it, operations read it and change its limits.
import type {
  DescribeMapRunOutput,
  MapRunExecutionCounts,
  MapRunItemCounts,
} from '@earwitness/protocol/internal/aws/models/stepfunctions.types';

/** The row: plain data. Times are epoch ms. */
export interface MapRunRow {
  /** `arn:aws:states:R:A:mapRun:NAME/LABEL:UUID` */
  readonly mapRunArn: string;
  /** Of the execution whose Map it is. */
  readonly executionArn: string;
  /** `arn:aws:states:R:A:stateMachine:NAME/LABEL`: the machine of its executions. */
  readonly stateMachineArn: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly startedAt: number;
  readonly stoppedAt?: number;
  /** 0: no limit. These three may be changed while it runs (UpdateMapRun). */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  readonly toleratedFailurePercentage: number;
  readonly itemCounts: MapRunItemCounts;
  readonly executionCounts: MapRunExecutionCounts;
  readonly redriveCount: number;
  readonly redrivenAt?: number;
}

/** `account/region/mapRun:NAME/LABEL:UUID` */
export function mapRunKey({ mapRunArn }: Pick<MapRunRow, 'mapRunArn'>): string {
  const [, , , region = '', account = '', ...resource] = mapRunArn.split(':');
  return `${account}/${region}/${resource.join(':')}`;
}

/** As DescribeMapRun answers it. */
export function describeMapRun(run: MapRunRow): DescribeMapRunOutput {
  const { mapRunArn, executionArn, status, maxConcurrency, itemCounts, executionCounts, redriveCount } = run;
  const { toleratedFailureCount, toleratedFailurePercentage } = run;
  return {
    ...{ mapRunArn, executionArn, status },
    startDate: run.startedAt,
    ...(run.stoppedAt !== undefined && { stopDate: run.stoppedAt }),
    ...{ maxConcurrency, toleratedFailurePercentage, toleratedFailureCount, itemCounts, executionCounts },
    ...(redriveCount > 0 && { redriveCount }),
    ...(run.redrivenAt !== undefined && { redriveDate: run.redrivenAt }),
  };
}
