// A schedule: a row of `scheduler/schedules`, what it takes, and how it is described.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateScheduleInput,
  GetScheduleOutput,
  ScheduleSummary,
  Target,
} from '@earwitness/protocol/internal/aws/models/scheduler.types';
import { type Plan, parseTiming } from '@earwitness/protocol/internal/events/planned';
import { isTimeZone } from '@earwitness/protocol/internal/events/time-zone';
import { groupArn } from './group.ts';

/** The row: plain data. Times are epoch ms. */
export interface Schedule {
  readonly account: string;
  readonly region: string;
  readonly group: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly expression: string;
  readonly zone: string;
  /** Minutes of a flexible window; absent: it fires on time. */
  readonly windowMinutes?: number;
  readonly start?: number;
  readonly end?: number;
  readonly description?: string;
  readonly kmsKeyArn?: string;
  /** With its retry policy filled in. */
  readonly target: Target;
  readonly deletesItself: boolean;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** Where a rate counts from: when it was made, or was last given another time or switched on. */
  readonly since: number;
  /** New with every `since`: on a clock that stands still, two lives of a schedule begin at one moment. */
  readonly life: string;
}

export type SchedulePlace = Pick<Schedule, 'account' | 'region' | 'group' | 'name'>;

export function scheduleKey({ account, region, group, name }: SchedulePlace): string {
  return `${account}/${region}/${group}/${name}`;
}

export function scheduleArn({ account, region, group, name }: SchedulePlace): string {
  return formatArn({ service: 'scheduler', region, account, resource: `schedule/${group}/${name}` });
}

/**
 * The ARN that a role's trust policy names: that of the group, not the schedule's. Source: user guide, "Confused
 * deputy".
 */
export function sourceArnOf({ account, region, group }: SchedulePlace): string {
  return groupArn({ account, region, name: group });
}

/** When a schedule fires; `undefined` when it is switched off. */
export function planOf({ isEnabled, expression, zone, since, start, end }: Schedule): Plan | undefined {
  const timing = isEnabled ? parseTiming(expression) : undefined;
  return timing && { timing, zone, since, start, end };
}

/** Retries when a target says nothing of them. Source: API reference, RetryPolicy. */
const DEFAULT_RETRIES = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };
/** Source: API reference, CreateSchedule, StartDate; the sentence is AWS's. */
const START_MAX_AGE_MS = 5 * 60_000;

/**
 * The row that a request asks for, whole: what it leaves out is at its default, also in an update.
 * @throws ValidationException
 */
export function draftSchedule(
  input: CreateScheduleInput,
  options: {
    readonly place: SchedulePlace;
    readonly known?: Schedule | undefined;
    readonly now: number;
    /** For a schedule whose time begins anew. */
    readonly life: string;
  },
): Schedule {
  const { place, known, now, life } = options;
  const { ScheduleExpression: expression, ScheduleExpressionTimezone: zone = 'UTC' } = input;
  const { StartDate: start, EndDate: end, Description: description, KmsKeyArn: kmsKeyArn } = input;
  const timing = parseTiming(expression);
  if (!timing) throw invalid(`Invalid Schedule Expression ${expression}.`);
  if (!isTimeZone(zone)) {
    throw invalid(
      `Invalid ScheduleExpressionTimezone ${zone}. It has to be the name of an IANA time zone: Europe/Berlin.`,
    );
  }
  if (start !== undefined && start !== known?.start && start < now - START_MAX_AGE_MS) {
    throw invalid('The StartDate you specify cannot be earlier than 5 minutes ago.');
  }
  const windowMinutes = windowOf(input);
  const isEnabled = input.State !== 'DISABLED';
  const goesOn =
    known?.isEnabled === isEnabled && known.expression === expression && known.zone === zone && known.start === start;
  return {
    ...place,
    isEnabled,
    expression,
    zone,
    ...(windowMinutes !== undefined && { windowMinutes }),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(description !== undefined && { description }),
    ...(kmsKeyArn !== undefined && { kmsKeyArn }),
    target: { ...input.Target, RetryPolicy: { ...DEFAULT_RETRIES, ...input.Target.RetryPolicy } },
    deletesItself: input.ActionAfterCompletion === 'DELETE',
    createdAt: known?.createdAt ?? now,
    modifiedAt: now,
    since: goesOn ? known.since : now,
    life: goesOn ? known.life : life,
  };
}

function windowOf({ FlexibleTimeWindow: { Mode, MaximumWindowInMinutes: minutes } }: CreateScheduleInput) {
  if (Mode === 'FLEXIBLE' && minutes === undefined) {
    throw invalid('A FlexibleTimeWindow of the mode FLEXIBLE needs MaximumWindowInMinutes.');
  }
  if (Mode === 'OFF' && minutes !== undefined) {
    throw invalid('MaximumWindowInMinutes is for a FlexibleTimeWindow of the mode FLEXIBLE; this one is OFF.');
  }
  return minutes;
}

export function describeSchedule(schedule: Schedule): GetScheduleOutput {
  const { windowMinutes, start, end, description, kmsKeyArn } = schedule;
  return {
    Arn: scheduleArn(schedule),
    Name: schedule.name,
    GroupName: schedule.group,
    State: schedule.isEnabled ? 'ENABLED' : 'DISABLED',
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.zone,
    FlexibleTimeWindow:
      windowMinutes === undefined ? { Mode: 'OFF' } : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: windowMinutes },
    ActionAfterCompletion: schedule.deletesItself ? 'DELETE' : 'NONE',
    ...(start !== undefined && { StartDate: start }),
    ...(end !== undefined && { EndDate: end }),
    ...(description !== undefined && { Description: description }),
    ...(kmsKeyArn !== undefined && { KmsKeyArn: kmsKeyArn }),
    CreationDate: schedule.createdAt,
    LastModificationDate: schedule.modifiedAt,
    Target: schedule.target,
  };
}

export function summarizeSchedule(schedule: Schedule): ScheduleSummary {
  return {
    Arn: scheduleArn(schedule),
    Name: schedule.name,
    GroupName: schedule.group,
    State: schedule.isEnabled ? 'ENABLED' : 'DISABLED',
    CreationDate: schedule.createdAt,
    LastModificationDate: schedule.modifiedAt,
    Target: { Arn: schedule.target.Arn },
  };
}

export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
