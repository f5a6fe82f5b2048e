// PutRule: makes a rule or writes it anew. What an existing rule had and the call leaves out is cleared, except targets and tags.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { PutRuleRequest, PutRuleResponse } from '@earwitness/protocol/internal/aws/models/events.types';
import { parseSchedule } from '@earwitness/protocol/internal/events/schedule';
import type { Operation } from '../../../call.ts';
import { type BusRef, busRefOf } from '../bus.ts';
import type { Events } from '../events.ts';
import { checkPattern } from '../pattern.ts';
import { refuseManaged, ruleArn } from '../rule.ts';
import { tagsOf } from '../tag.ts';

export function putRule({ platform, buses, rules }: Events): Operation<PutRuleRequest, PutRuleResponse> {
  return async (input, call) => {
    const { Name: name, EventPattern, ScheduleExpression, Description, RoleArn } = input;
    const bus = busRefOf(input.EventBusName, call);
    buses.get(bus);
    checkTrigger(input, bus);
    const previous = rules.find(bus, name);
    if (previous) refuseManaged(previous, false);
    const arn = ruleArn(bus, name);
    await rules.put({
      name,
      bus,
      arn,
      state: input.State ?? 'ENABLED',
      ...(EventPattern && { eventPattern: EventPattern }),
      ...(ScheduleExpression && { scheduleExpression: ScheduleExpression }),
      ...(Description !== undefined && { description: Description }),
      ...(RoleArn !== undefined && { roleArn: RoleArn }),
      tags: previous?.tags ?? tagsOf(input.Tags),
      targets: previous?.targets ?? [],
      putAt: platform.clock.now(),
    });
    return { RuleArn: arn };
  };
}

/** An empty pattern or schedule counts as none. */
function checkTrigger({ EventPattern, ScheduleExpression }: PutRuleRequest, bus: BusRef): void {
  if (!EventPattern && !ScheduleExpression) {
    throw refusal('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (EventPattern) checkPattern(EventPattern);
  if (!ScheduleExpression) return;
  if (bus.name !== 'default') throw refusal('ScheduleExpression is supported only on the default event bus.');
  if (!parseSchedule(ScheduleExpression)) throw refusal('Parameter ScheduleExpression is not valid.');
}

function refusal(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
