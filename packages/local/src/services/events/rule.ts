// Rules and their targets. A rule's targets stand in its row: they are few, and come and go with it.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Rule as DescribedRule, Target } from '@earwitness/protocol/internal/aws/models/events.types';
import { RevisionConflict, type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Platform } from '../../platform.ts';
import { type BusRef, busKey } from './bus.ts';

const RULES = tableOf<Rule>('events/rules');

export type RuleState = NonNullable<DescribedRule['State']>;

export interface Rule {
  readonly name: string;
  readonly bus: BusRef;
  readonly arn: string;
  readonly state: RuleState;
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
  readonly description?: string;
  readonly roleArn?: string;
  /** The AWS service that made the rule for itself. */
  readonly managedBy?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly targets: readonly Target[];
  /** When PutRule last wrote it, epoch ms: a schedule counts from here. */
  readonly putAt: number;
}

export function ruleArn({ account, region, name: bus }: BusRef, name: string): string {
  const resource = bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`;
  return formatArn({ service: 'events', region, account, resource });
}

export function ruleKey(bus: BusRef, name: string): string {
  return `${busKey(bus)}:${name}`;
}

/** A rule as operations return it. */
export function describeRule({ name, arn, bus, state, ...rule }: Rule): DescribedRule {
  return {
    Name: name,
    Arn: arn,
    EventPattern: rule.eventPattern,
    ScheduleExpression: rule.scheduleExpression,
    State: state,
    Description: rule.description,
    RoleArn: rule.roleArn,
    ManagedBy: rule.managedBy,
    EventBusName: bus.name,
  };
}

export class Rules {
  readonly table: Table<Rule>;

  constructor({ backbone }: Platform) {
    this.table = backbone.table(RULES);
  }

  find(bus: BusRef, name: string): Rule | undefined {
    return this.table.get(ruleKey(bus, name))?.value;
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  get(bus: BusRef, name: string): Rule {
    const rule = this.find(bus, name);
    if (rule) return rule;
    throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus.name}.`);
  }

  list(bus: BusRef): Rule[] {
    return this.table.list(`${busKey(bus)}:`).map(({ value }) => value);
  }

  all(): Rule[] {
    return this.table.list().map(({ value }) => value);
  }

  async put(rule: Rule): Promise<void> {
    await this.table.put(ruleKey(rule.bus, rule.name), rule);
  }

  /**
   * Changes a rule that exists.
   * @throws ServiceError `ResourceNotFoundException`; `ConcurrentModificationException` when others changed it all the
   * time.
   */
  async change(bus: BusRef, name: string, change: (rule: Rule) => Rule): Promise<void> {
    try {
      await updateRow(this.table, ruleKey(bus, name), () => change(this.get(bus, name)));
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      throw new ServiceError('ConcurrentModificationException', `Rule ${name} was concurrently modified.`);
    }
  }

  async delete(bus: BusRef, name: string): Promise<void> {
    await this.table.delete(ruleKey(bus, name));
  }
}

/** Rules that an AWS service keeps for itself are only changed by force. */
export function refuseManaged({ managedBy, name }: Rule, force: boolean | undefined): void {
  if (managedBy === undefined || force) return;
  throw new ServiceError('ManagedRuleException', `Rule ${name} is managed by ${managedBy} and cannot be changed.`);
}
