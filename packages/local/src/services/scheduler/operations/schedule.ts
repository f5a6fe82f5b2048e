// Schedules: made, replaced, read, listed and deleted.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { CreateScheduleInput } from '@earwitness/protocol/internal/aws/models/scheduler.types';
import { nextPlanned } from '@earwitness/protocol/internal/events/planned';
import type { Call, OperationsOf } from '../../../call.ts';
import { DEFAULT_GROUP, groupArn } from '../group.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import {
  describeSchedule,
  draftSchedule,
  invalid,
  planOf,
  type Schedule,
  type SchedulePlace,
  scheduleArn,
  scheduleKey,
  sourceArnOf,
  summarizeSchedule,
} from '../schedule.ts';
import { checkTarget } from '../target.ts';

/** Ours. */
const LIFE_LENGTH = 12;

interface Named {
  readonly Name: string;
  readonly GroupName?: string | undefined;
}

function placeOf({ Name: name, GroupName: group = DEFAULT_GROUP }: Named, { account, region }: Call): SchedulePlace {
  return { account, region, group, name };
}

export function scheduleOperations({ platform, schedules }: Parts) {
  const { access, clock, dispatch, ids, journal } = platform;

  /** What an input has to be, whatever is there already. */
  async function check(input: CreateScheduleInput, place: SchedulePlace, call: Call): Promise<void> {
    const { Target: target } = input;
    await schedules.authorizePassing(call, target.RoleArn);
    const known = schedules.table.get(scheduleKey(place))?.value;
    draftSchedule(input, { place, known, now: clock.now(), life: '' });
    await checkTarget(target, platform);
    await checkTrust(target.RoleArn, place);
  }

  /** The role is asked when a schedule is made, not only when it fires. */
  async function checkTrust(roleArn: string, place: SchedulePlace): Promise<void> {
    if (!dispatch.service('iam')) return;
    const service = 'scheduler.amazonaws.com';
    const origin = { account: place.account, region: place.region, principal: { kind: 'service', service } } as const;
    const distrust = await access.identity.findDistrust({ roleArn, service, sourceArn: sourceArnOf(place) }, origin);
    if (distrust === undefined) return;
    journal.record({ kind: 'warning', about: `schedule ${place.name}, role ${roleArn}`, message: distrust });
    throw invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
  }

  /** A schedule that is made for nothing says so. */
  function warnOfNever(schedule: Schedule): void {
    const plan = planOf(schedule);
    if (!plan || nextPlanned(plan, clock.now() - 1) !== undefined) return;
    const message = `${schedule.expression} in ${schedule.zone} never comes any more: the schedule does not fire.`;
    journal.record({ kind: 'warning', about: `schedule ${schedule.name}`, message });
  }

  return {
    async CreateSchedule(input, call) {
      const place = placeOf(input, call);
      const arn = scheduleArn(place);
      await schedules.authorize(call, 'CreateSchedule', arn);
      await check(input, place, call);
      schedules.group({ ...place, name: place.group });
      const life = ids.word(LIFE_LENGTH);
      await schedules.change(place, (known) => {
        if (!known) return draftSchedule(input, { place, now: clock.now(), life });
        throw new ServiceError('ConflictException', `Schedule ${place.name} already exists.`);
      });
      warnOfNever(schedules.get(place));
      return { ScheduleArn: arn };
    },

    /** Replaces everything: what is left out goes back to its default. */
    async UpdateSchedule(input, call) {
      const place = placeOf(input, call);
      const arn = scheduleArn(place);
      await schedules.authorize(call, 'UpdateSchedule', arn);
      schedules.get(place);
      await check(input, place, call);
      const life = ids.word(LIFE_LENGTH);
      await schedules.change(place, (row) => {
        const known = row ?? schedules.get(place);
        return draftSchedule(input, { place, known, now: clock.now(), life });
      });
      warnOfNever(schedules.get(place));
      return { ScheduleArn: arn };
    },

    async GetSchedule(input, call) {
      const place = placeOf(input, call);
      await schedules.authorize(call, 'GetSchedule', scheduleArn(place));
      return describeSchedule(schedules.get(place));
    },

    async DeleteSchedule(input, call) {
      const place = placeOf(input, call);
      await schedules.authorize(call, 'DeleteSchedule', scheduleArn(place));
      await schedules.delete(place);
      return {};
    },

    async ListSchedules(input, call) {
      const { GroupName: group, NamePrefix: prefix = '', State: state, ...paging } = input;
      await schedules.authorize(call, 'ListSchedules', groupArn({ ...call, name: group ?? '*' }));
      if (group !== undefined) schedules.group({ ...call, name: group });
      const found = schedules
        .list(call, group)
        .filter(({ name }) => name.startsWith(prefix))
        .filter(({ isEnabled }) => state === undefined || isEnabled === (state === 'ENABLED'));
      const { page, next } = takePage(found, paging, { keyOf: scheduleKey });
      return { Schedules: page.map(summarizeSchedule), ...next };
    },
  } satisfies OperationsOf<'scheduler'>;
}
