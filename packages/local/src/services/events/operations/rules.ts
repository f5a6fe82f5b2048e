// DescribeRule, DeleteRule, EnableRule, DisableRule, ListRules, ListRuleNamesByTarget.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  DeleteRuleRequest,
  DescribeRuleRequest,
  DescribeRuleResponse,
  EnableRuleRequest,
  ListRuleNamesByTargetRequest,
  ListRuleNamesByTargetResponse,
  ListRulesRequest,
  ListRulesResponse,
} from '@earwitness/protocol/internal/aws/models/events.types';
import type { Operation } from '../../../call.ts';
import { busRefOf } from '../bus.ts';
import type { Events } from '../events.ts';
import { pageOf } from '../page.ts';
import { describeRule, type Rule, type RuleState, refuseManaged } from '../rule.ts';

const nameOf = ({ name }: Rule) => name;

export function ruleOperations({ buses, rules }: Events) {
  const describe: Operation<DescribeRuleRequest, DescribeRuleResponse> = ({ Name, EventBusName }, call) => {
    const bus = busRefOf(EventBusName, call);
    buses.get(bus);
    return { ...describeRule(rules.get(bus, Name)), CreatedBy: bus.account };
  };

  const remove: Operation<DeleteRuleRequest> = async ({ Name, EventBusName, Force }, call) => {
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
  };

  const switchTo = (state: RuleState): Operation<EnableRuleRequest> => {
    return async ({ Name, EventBusName }, call) => {
      const bus = busRefOf(EventBusName, call);
      buses.get(bus);
      await rules.change(bus, Name, (rule) => {
        refuseManaged(rule, false);
        return { ...rule, state };
      });
      return {};
    };
  };

  const list: Operation<ListRulesRequest, ListRulesResponse> = (input, call) => {
    const { EventBusName, NamePrefix = '', ...page } = input;
    const bus = busRefOf(EventBusName, call);
    buses.get(bus);
    const found = rules.list(bus).filter(({ name }) => name.startsWith(NamePrefix));
    const { items, next } = pageOf(found, page, nameOf);
    return { Rules: items.map(describeRule), ...next };
  };

  const listByTarget: Operation<ListRuleNamesByTargetRequest, ListRuleNamesByTargetResponse> = (input, call) => {
    const { EventBusName, TargetArn, ...page } = input;
    const bus = busRefOf(EventBusName, call);
    buses.get(bus);
    const found = rules.list(bus).filter(({ targets }) => targets.some(({ Arn }) => Arn === TargetArn));
    const { items, next } = pageOf(found, page, nameOf);
    return { RuleNames: items.map(nameOf), ...next };
  };

  return {
    DescribeRule: describe,
    DeleteRule: remove,
    EnableRule: switchTo('ENABLED'),
    DisableRule: switchTo('DISABLED'),
    ListRules: list,
    ListRuleNamesByTarget: listByTarget,
  };
}
