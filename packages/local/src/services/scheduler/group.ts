// A schedule group: a row of `scheduler/groups`. The group `default` is always there, and has a row only when it was
// tagged.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import type { GetScheduleGroupOutput, Tag } from '@earwitness/protocol/internal/aws/models/scheduler.types';

export interface Group {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly tags: readonly Tag[];
  /** Epoch ms. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export type GroupPlace = Pick<Group, 'account' | 'region' | 'name'>;

export const DEFAULT_GROUP = 'default';

export function groupKey({ account, region, name }: GroupPlace): string {
  return `${account}/${region}/${name}`;
}

export function groupArn({ account, region, name }: GroupPlace): string {
  return formatArn({ service: 'scheduler', region, account, resource: `schedule-group/${name}` });
}

export function describeGroup(group: Group) {
  return {
    Arn: groupArn(group),
    Name: group.name,
    State: 'ACTIVE',
    CreationDate: group.createdAt,
    LastModificationDate: group.modifiedAt,
  } satisfies GetScheduleGroupOutput;
}
