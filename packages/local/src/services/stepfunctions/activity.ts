// An activity: a row of `stepfunctions/activities`. Workers outside poll for its tasks.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';

/** The row: plain data. */
export interface Activity {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly createdAt: number;
}

export type ActivityPlace = Pick<Activity, 'account' | 'region' | 'name'>;

export function activityKey({ account, region, name }: ActivityPlace): string {
  return `${account}/${region}/${name}`;
}

export function activityArn({ account, region, name }: ActivityPlace): string {
  return formatArn({ service: 'states', region, account, resource: `activity:${name}` });
}
