// Rules: made, described, switched on and off, listed, deleted.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { EnableRuleRequest, PutRuleRequest } from '@earwitness/protocol/internal/aws/models/events.types';
import { parseSchedule } from '@earwitness/protocol/internal/events/schedule';
import type { Call, OperationsOf } from '../../../call.ts';
import { type BusRef, busRefOf } from '../bus.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { checkPattern } from '../pattern.ts';
import { describeRule, type Rule, type RuleState, refuseManaged, ruleArn } from '../rule.ts';
import { tagsOf } from '../tag.ts';

const nameOf = ({ name }: Rule) => name;

export function ruleOperations({ platform, buses, rules }: Parts) {
  async function switchTo(state: RuleState, { Name, EventBusName }: EnableRuleRequest, call: Call) {
    const bus = busRefOf(EventBusName, call);
    buses.get(bus);
    await rules.change(bus, Name, (rule) => {
      refuseManaged(rule, false);
      return { ...rule, state };
    });
    return {};
  }

  return {
    /**
     * Makes a rule or writes it anew. What an existing rule had and the call leaves out is cleared, except targets and
     * tags.
     */
    async PutRule(input, call) {
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
    },

    DescribeRule({ Name, EventBusName }, call) {
      const bus = busRefOf(EventBusName, call);
      buses.get(bus);
      return { ...describeRule(rules.get(bus, Name)), CreatedBy: bus.account };
    },

    async DeleteRule({ Name, EventBusName, Force }, call) {
      const bus = busRefOf(EventBusName, call);
      buses.get(bus);
      const rule = rules.find(bus, Name);
      if (!rule) return {};
      refuseManaged(rule, Force);
      if (rule.targets.length > 0) {
        throw new ServiceError('ValidationException', "Rule can't be deleted since it has targets.");
      }
      await rules.delete(bus, Name);
      return {};
    },

    EnableRule: (input, call) => switchTo('ENABLED', input, call),

    DisableRule: (input, call) => switchTo('DISABLED', input, call),

    ListRules(input, call) {
      const { EventBusName, NamePrefix = '', ...paging } = input;
      const bus = busRefOf(EventBusName, call);
      buses.get(bus);
      const found = rules.list(bus).filter(({ name }) => name.startsWith(NamePrefix));
      const { page, next } = takePage(found, paging, { keyOf: nameOf });
      return { Rules: page.map(describeRule), ...next };
    },

    ListRuleNamesByTarget(input, call) {
      const { EventBusName, TargetArn, ...paging } = input;
      const bus = busRefOf(EventBusName, call);
      buses.get(bus);
      const found = rules.list(bus).filter(({ targets }) => targets.some(({ Arn }) => Arn === TargetArn));
      const { page, next } = takePage(found, paging, { keyOf: nameOf });
      return { RuleNames: page.map(nameOf), ...next };
    },
  } satisfies OperationsOf<'events'>;
}

/** An empty pattern or schedule counts as none. @throws ServiceError */
export function checkTrigger(
  { EventPattern, ScheduleExpression }: Pick<PutRuleRequest, 'EventPattern' | 'ScheduleExpression'>,
  bus: BusRef,
): void {
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
