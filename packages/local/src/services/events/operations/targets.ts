// RemoveTargets and ListTargetsByRule.
import type {
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse,
  RemoveTargetsRequest,
  RemoveTargetsResponse,
} from '@earwitness/protocol/internal/aws/models/events.types';
import type { Operation } from '../../../call.ts';
import { busRefOf } from '../bus.ts';
import type { Events } from '../events.ts';
import { pageOf } from '../page.ts';
import { refuseManaged } from '../rule.ts';

export function targetOperations({ buses, rules }: Events) {
  const remove: Operation<RemoveTargetsRequest, RemoveTargetsResponse> = async (input, call) => {
    const { Rule: name, EventBusName, Ids, Force } = input;
    const bus = busRefOf(EventBusName, call);
    buses.get(bus);
    const rule = rules.get(bus, name);
    refuseManaged(rule, Force);
    const known = new Set(rule.targets.map(({ Id }) => Id));
    const unknown = Ids.filter((id) => !known.has(id));
    await rules.change(bus, name, (row) => ({ ...row, targets: row.targets.filter(({ Id }) => !Ids.includes(Id)) }));
    return {
      FailedEntryCount: unknown.length,
      FailedEntries: unknown.map((id) => ({
        TargetId: id,
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Rule '${name}' does not have a target with the Id '${id}'.`,
      })),
    };
  };

  const list: Operation<ListTargetsByRuleRequest, ListTargetsByRuleResponse> = (input, call) => {
    const { Rule: name, EventBusName, ...page } = input;
    const bus = busRefOf(EventBusName, call);
    buses.get(bus);
    const targets = rules.get(bus, name).targets.toSorted((a, b) => (a.Id < b.Id ? -1 : 1));
    const { items, next } = pageOf(targets, page, ({ Id }) => Id);
    return { Targets: items, ...next };
  };

  return { RemoveTargets: remove, ListTargetsByRule: list };
}
