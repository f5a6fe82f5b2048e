// Targets of rules.
import { type Arn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Target } from '@earwitness/protocol/internal/aws/models/events.types';
import { checkInputSettings } from '@earwitness/protocol/internal/events/input';
import type { OperationsOf } from '../../../call.ts';
import type { StandIns } from '../../../stand-ins/stand-ins.ts';
import { type BusRef, busArn, busRefOf } from '../bus.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { refuseManaged } from '../rule.ts';

/** Targets of one rule. Source: EventBridge quotas. */
const MAX_TARGETS = 5;

export function targetOperations({ platform, buses, rules }: Parts) {
  return {
    /**
     * Adds targets to a rule, or replaces those with the same Id as a whole. Whether what a target points at exists is
     * not asked, as on AWS. A target of a service that is not served stands in, or is refused.
     */
    async PutTargets({ Rule: name, EventBusName, Targets: added }, call) {
      const bus = busRefOf(EventBusName, call);
      buses.get(bus);
      refuseManaged(rules.get(bus, name), false);
      for (const target of added) checkTarget(target, bus, platform);
      await rules.change(bus, name, (rule) => {
        const targets = new Map([...rule.targets, ...added].map((target) => [target.Id, target]));
        if (targets.size > MAX_TARGETS) {
          const message = 'The requested resource exceeds the maximum number allowed.';
          throw new ServiceError('LimitExceededException', message);
        }
        return { ...rule, targets: [...targets.values()] };
      });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    async RemoveTargets(input, call) {
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
    },

    ListTargetsByRule(input, call) {
      const { Rule: name, EventBusName, ...paging } = input;
      const bus = busRefOf(EventBusName, call);
      buses.get(bus);
      const targets = rules.get(bus, name).targets.toSorted((a, b) => (a.Id < b.Id ? -1 : 1));
      const { page, next } = takePage(targets, paging, { keyOf: ({ Id }) => Id });
      return { Targets: page, ...next };
    },
  } satisfies OperationsOf<'events'>;
}

/** @throws ServiceError `ValidationException` for a target that AWS refuses, or that is to be refused here. */
export function checkTarget(
  target: Target,
  bus: BusRef,
  { standIns }: { readonly standIns: Pick<StandIns, 'allows'> },
): void {
  const { Id: id, Arn: text, RoleArn, SqsParameters, DeadLetterConfig } = target;
  const arn = parseArn(text);
  if (!arn) throw refusal(`Parameter ${text} is not valid. Reason: Provided Arn is not in correct format.`);
  const kind = kindOf(arn);
  if (kind === undefined && !standIns.allows(arn.service)) {
    throw refusal(`Earwitness does not deliver to targets of the service '${arn.service}' (target ${id}: ${text}).`);
  }
  // What AWS itself owns has no account: `arn:aws:ssm:eu-west-1::document/AWS-RunShellScript`.
  if (arn.account !== bus.account && arn.account !== '' && kind !== 'bus') {
    throw refusal(`Access to the resource ${text} is denied. Reason: Adding cross-account target is not permitted.`);
  }
  if (kind !== undefined && NEED_ROLE.includes(kind) && RoleArn === undefined) {
    throw refusal(`RoleArn is required for target ${text}.`);
  }
  if (kind === 'bus') checkBusTarget(target, bus);
  if (text.endsWith('.fifo') && kind === 'queue' && SqsParameters?.MessageGroupId === undefined) {
    throw refusal(`Parameter(s) SqsParameters must be specified for target: ${id}.`);
  }
  if (kind === 'log' && (target.Input !== undefined || target.InputPath !== undefined || RoleArn !== undefined)) {
    throw refusal(`Only InputTransformer is supported for target ${id}.`);
  }
  if (DeadLetterConfig?.Arn !== undefined) checkDeadLetterQueue(DeadLetterConfig.Arn, bus);
  checkInputSettings(target, id);
}

/** Whether events are delivered to what the ARN points at; else it stands in. */
export function isDelivered(text: string): boolean {
  const arn = parseArn(text);
  return arn !== undefined && kindOf(arn) !== undefined;
}

type Kind = 'api-destination' | 'bus' | 'function' | 'queue' | 'log' | 'state machine' | 'stream' | 'topic';

/** Targets that are called as a role of the rule's. Source: API reference, Target, RoleArn. */
const NEED_ROLE: readonly Kind[] = ['api-destination', 'bus', 'state machine', 'stream'];

/** What the ARN points at, of the kinds that we deliver to (local/src/destinations). */
function kindOf({ service, resource }: Arn): Kind | undefined {
  if (service === 'events' && resource.startsWith('api-destination/')) return 'api-destination';
  if (service === 'events' && resource.startsWith('event-bus/')) return 'bus';
  if (service === 'lambda') return 'function';
  if (service === 'sqs') return 'queue';
  if (service === 'logs') return 'log';
  if (service === 'sns') return 'topic';
  if (service === 'kinesis' && resource.startsWith('stream/')) return 'stream';
  if (service === 'states' && resource.startsWith('stateMachine:')) return 'state machine';
  return undefined;
}

/** A standard queue in the region of the rule. Source: user guide, "Using dead-letter queues". */
function checkDeadLetterQueue(text: string, { region }: BusRef): void {
  const arn = parseArn(text);
  if (arn?.service !== 'sqs') {
    throw refusal(`Parameter ${text} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  if (arn.region !== region || text.endsWith('.fifo')) {
    throw refusal(
      `Parameter ${text} is not valid. Reason: A dead-letter queue has to be a standard queue in ${region}.`,
    );
  }
}

/** A bus gets the event as it is, once; a rule cannot send to its own bus. */
function checkBusTarget(target: Target, bus: BusRef): void {
  const { Id: id, Arn: text, Input, InputPath, InputTransformer, RetryPolicy } = target;
  if (Input !== undefined || InputPath !== undefined || InputTransformer) {
    throw refusal(`Modifying the input for target ${id} is not supported.`);
  }
  if (RetryPolicy) throw refusal(`RetryPolicy is not supported for target ${id}.`);
  if (text === busArn(bus)) throw refusal(`Target ${id} is the rule's own event bus, which is not supported.`);
}

function refusal(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
