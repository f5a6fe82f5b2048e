// A state machine: a row of `stepfunctions/state-machines`, its ARN, and how it is described.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';

/** The row: plain data. Times are epoch ms. */
export interface StateMachine {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** A UUID: one that is deleted and made anew under its name is another one. */
  readonly id: string;
  readonly type: MachineType;
  /** As it was sent. */
  readonly definition: string;
  readonly roleArn: string;
  readonly logging: Logging;
  readonly tracing: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Absent before the first update. */
  readonly revisionId?: string;
  /** Number of the last version that was published: numbers are never given twice. */
  readonly lastVersion: number;
}

export type MachineType = 'STANDARD' | 'EXPRESS';

export interface Logging {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includeExecutionData: boolean;
  /** `arn:aws:logs:eu-west-1:123456789012:log-group:orders:*` */
  readonly logGroupArn?: string;
}

export type MachinePlace = Pick<StateMachine, 'account' | 'region' | 'name'>;

export function machineKey({ account, region, name }: MachinePlace): string {
  return `${account}/${region}/${name}`;
}

export function machineArn({ account, region, name }: MachinePlace): string {
  return formatArn({ service: 'states', region, account, resource: `stateMachine:${name}` });
}
