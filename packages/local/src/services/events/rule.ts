// Rules and their targets. A rule's targets stand in its row: they are few, and come and go with it.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Rule as DescribedRule, Target } from '@earwitness/protocol/internal/aws/models/events.types';
import type { Row, Table } from '../../backbone/table.ts';
import type { Platform } from '../../platform.ts';
import { type BusRef, busKey } from './bus.ts';

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

/** The answer's view of a rule. */
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
    this.table = backbone.table('events/rules');
  }

  find(bus: BusRef, name: string): Rule | undefined {
    return this.table.get(ruleKey(bus, name))?.value;
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  get(bus: BusRef, name: string): Rule {
    return this.#row(bus, name).value;
  }

  list(bus: BusRef): Rule[] {
    return this.table.list(`${busKey(bus)}:`).map(({ value }) => value);
  }

  async put(rule: Rule): Promise<void> {
    await this.table.put(ruleKey(rule.bus, rule.name), rule);
  }

  /**
   * Changes a rule that exists.
   * @throws ServiceError `ResourceNotFoundException`
   */
  async change(bus: BusRef, name: string, change: (rule: Rule) => Rule): Promise<void> {
    const row = this.#row(bus, name);
    await this.table.put(row.key, change(row.value), { ifRevision: row.revision });
  }

  async delete(bus: BusRef, name: string): Promise<void> {
    await this.table.delete(ruleKey(bus, name));
  }

  #row(bus: BusRef, name: string): Row<Rule> {
    const row = this.table.get(ruleKey(bus, name));
    if (row) return row;
    throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus.name}.`);
  }
}

/** Rules that an AWS service keeps for itself are only changed by force. */
export function refuseManaged({ managedBy, name }: Rule, force: boolean | undefined): void {
  if (managedBy === undefined || force) return;
  throw new ServiceError('ManagedRuleException', `Rule ${name} is managed by ${managedBy} and cannot be changed.`);
}
