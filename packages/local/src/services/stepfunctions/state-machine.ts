// A state machine: a row of `stepfunctions/state-machines`, its ARN, and how it is described.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import type { DescribeStateMachineOutput } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import { variablesOf } from './definition.ts';
import { describeLogging, type Logging, type MachineType } from './settings.ts';

/** What a revision is made of, and a version keeps. */
export interface Revision {
  readonly type: MachineType;
  /** As it was sent. */
  readonly definition: string;
  readonly roleArn: string;
  readonly logging: Logging;
  readonly tracing: boolean;
  /** Absent before the first update. */
  readonly revisionId?: string;
  readonly updatedAt: number;
}

/** The row: plain data. Times are epoch ms. */
export interface StateMachine extends Revision {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** A UUID: one that is deleted and made anew under its name is another one. */
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** The last version that was published: numbers are never given twice. */
  readonly lastVersion?: { readonly number: number; readonly revision: string };
}

export type MachinePlace = Pick<StateMachine, 'account' | 'region' | 'name'>;

/** What a revision before the first update is called. Source: API reference, PublishStateMachineVersion, revisionId. */
export const INITIAL = 'INITIAL';

export function machineKey({ account, region, name }: MachinePlace): string {
  return `${account}/${region}/${name}`;
}

export function machineArn({ account, region, name }: MachinePlace): string {
  return formatArn({ service: 'states', region, account, resource: `stateMachine:${name}` });
}

/** As DescribeStateMachine answers it, of the machine itself or a version. */
export function describeMachine(
  machine: StateMachine,
  { definition, roleArn, type, logging, tracing, revisionId }: Revision,
): DescribeStateMachineOutput {
  return {
    stateMachineArn: machineArn(machine),
    name: machine.name,
    status: 'ACTIVE',
    ...{ definition, roleArn, type },
    creationDate: machine.createdAt,
    loggingConfiguration: describeLogging(logging),
    tracingConfiguration: { enabled: tracing },
    ...(revisionId !== undefined && { revisionId }),
    ...variablesOf(definition, type),
  };
}
