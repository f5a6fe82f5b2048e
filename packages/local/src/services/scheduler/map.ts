// Schedules and what they call.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { calledBy, deadLetters, delivers, factsOf, type MapShare, type SharedNode } from '../../map/share.ts';
import type { Parts } from './parts.ts';
import { type Schedule, scheduleArn } from './schedule.ts';

export function scheduleMap({ schedules }: Parts): MapShare {
  const all = schedules.table.list().map(({ value }) => value);
  return {
    nodes: all.map((schedule): SharedNode => {
      const { name, group, expression, zone, isEnabled, target } = schedule;
      return {
        id: scheduleArn(schedule),
        kind: 'schedule',
        name,
        made: [`AWS::Scheduler::Schedule ${name}`],
        ...(!isEnabled && { state: 'DISABLED' }),
        facts: factsOf({
          Schedule: expression,
          'Time zone': zone === 'UTC' ? undefined : zone,
          Group: group === 'default' ? undefined : group,
          Calls: isUniversal(target.Arn) ? target.Arn.split(':::').at(-1) : undefined,
        }),
      };
    }),
    edges: all.flatMap((schedule) => {
      const from = scheduleArn(schedule);
      return [
        ...targetsOf(schedule).map((to) => delivers(from, to)),
        ...deadLetters(from, schedule.target.DeadLetterConfig?.Arn),
      ];
    }),
  };
}

// `arn:aws:scheduler:::aws-sdk:sqs:sendMessage`: what it is called with says where it leads.
function isUniversal(arn: string): boolean {
  return parseArn(arn)?.service === 'scheduler';
}

function targetsOf({ target: { Arn, Input = '{}' }, account, region }: Schedule): string[] {
  return isUniversal(Arn) ? calledBy(parseInput(Input), { account, region }) : [Arn];
}

function parseInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
