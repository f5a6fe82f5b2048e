// Every schedule and group of this cloud, and who may do what with them.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { DEFAULT_GROUP, type Group, type GroupPlace, groupKey } from './group.ts';
import { type Schedule, type SchedulePlace, scheduleKey } from './schedule.ts';

const SCHEDULES = tableOf<Schedule>('scheduler/schedules');
const GROUPS = tableOf<Group>('scheduler/groups');

type Place = Pick<Call, 'account' | 'region'>;

export class Schedules {
  readonly table: Table<Schedule>;
  readonly #platform: Platform;
  readonly #groups: Table<Group>;
  /** When the groups named `default` came to be: epoch ms. */
  readonly #beganAt: number;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.table = platform.backbone.table(SCHEDULES);
    this.#groups = platform.backbone.table(GROUPS);
    this.#beganAt = platform.clock.now();
  }

  /** @throws ResourceNotFoundException */
  get(place: SchedulePlace): Schedule {
    const schedule = this.table.get(scheduleKey(place))?.value;
    if (schedule) return schedule;
    throw noSuchSchedule(place);
  }

  /** In the order of their groups and names. */
  list({ account, region }: Place, group?: string): Schedule[] {
    const prefix = group === undefined ? `${account}/${region}/` : `${account}/${region}/${group}/`;
    return this.table.list(prefix).map(({ value }) => value);
  }

  /** Writes what `change` makes of a schedule as it is by then. @throws what `change` throws */
  async change(place: SchedulePlace, change: (schedule: Schedule | undefined) => Schedule): Promise<void> {
    await updateRow(this.table, scheduleKey(place), change);
  }

  /** @throws ResourceNotFoundException */
  async delete(place: SchedulePlace): Promise<void> {
    if (!(await this.table.delete(scheduleKey(place)))) throw noSuchSchedule(place);
  }

  /** @throws ResourceNotFoundException */
  group(place: GroupPlace): Group {
    const group = this.#findGroup(place);
    if (group) return group;
    throw noSuchGroup(place);
  }

  listGroups({ account, region }: Place): Group[] {
    const made = this.#groups.list(`${account}/${region}/`).map(({ value }) => value);
    const all = made.some(({ name }) => name === DEFAULT_GROUP)
      ? made
      : [...made, this.#defaultGroup({ account, region })];
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws ConflictException */
  async addGroup(group: Group): Promise<void> {
    await updateRow(this.#groups, groupKey(group), () => {
      if (!this.#findGroup(group)) return group;
      throw new ServiceError('ConflictException', `Schedule group ${group.name} already exists.`);
    });
  }

  /** @throws ResourceNotFoundException */
  async changeGroup(place: GroupPlace, change: (group: Group) => Group): Promise<void> {
    await updateRow(this.#groups, groupKey(place), () => change(this.group(place)));
  }

  /** Deletes a group and its schedules. @throws ResourceNotFoundException */
  async deleteGroup(place: GroupPlace): Promise<void> {
    if (!(await this.#groups.delete(groupKey(place)))) throw noSuchGroup(place);
    for (const schedule of this.list(place, place.name)) await this.table.delete(scheduleKey(schedule));
  }

  /** @throws AccessDeniedException */
  async authorize(call: Call, action: string, resource: string): Promise<void> {
    await this.#allow(call, { action: `scheduler:${action}`, resource });
  }

  /** Whether a caller may hand a role over to Scheduler. @throws AccessDeniedException */
  async authorizePassing(call: Call, roleArn: string): Promise<void> {
    const context = { 'iam:PassedToService': 'scheduler.amazonaws.com' };
    await this.#allow(call, { action: 'iam:PassRole', resource: roleArn, context });
  }

  async #allow(call: Call, asked: { action: string; resource: string; context?: Record<string, string> }) {
    const refusal = await this.#platform.access.findRefusal(call, { ...asked, owner: call.account });
    if (refusal !== undefined) throw new ServiceError('AccessDeniedException', refusal);
  }

  #findGroup(place: GroupPlace): Group | undefined {
    const made = this.#groups.get(groupKey(place))?.value;
    return made ?? (place.name === DEFAULT_GROUP ? this.#defaultGroup(place) : undefined);
  }

  #defaultGroup({ account, region }: Place): Group {
    const at = this.#beganAt;
    return { account, region, name: DEFAULT_GROUP, tags: [], createdAt: at, modifiedAt: at };
  }
}

function noSuchSchedule({ name }: SchedulePlace): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Schedule ${name} does not exist.`);
}

function noSuchGroup({ name }: GroupPlace): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Schedule group ${name} does not exist.`);
}
