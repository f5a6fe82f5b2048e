// Every state machine of this cloud, with its versions and aliases, and which of them an ARN means.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Table } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { readArn, type StatesArn } from './arn.ts';
import { INITIAL, type MachinePlace, machineKey, type Revision, type StateMachine } from './state-machine.ts';
import { ALIASES, STATE_MACHINES, VERSIONS } from './tables.ts';
import { type Alias, aliasArn, aliasKey, type Version, versionArn, versionKey } from './version.ts';

/** What an ARN means: a machine as it is, or one of its versions, which an alias may have chosen. */
export interface Meant {
  readonly machine: StateMachine;
  readonly revision: Revision;
  readonly version?: Version;
  readonly alias?: Alias;
}

/** Source: Step Functions developer guide, "Quotas related to state machine versions and aliases". */
const MAX_VERSIONS = 1000;

export class StateMachines {
  readonly versions: Table<Version>;
  readonly aliases: Table<Alias>;
  readonly #platform: Platform;
  readonly #machines: Table<StateMachine>;

  constructor(platform: Platform) {
    const { backbone } = platform;
    this.#platform = platform;
    this.#machines = backbone.table(STATE_MACHINES);
    this.versions = backbone.table(VERSIONS);
    this.aliases = backbone.table(ALIASES);
  }

  find(place: MachinePlace): StateMachine | undefined {
    return this.#machines.get(machineKey(place))?.value;
  }

  /** By name. */
  list({ account, region }: Pick<Call, 'account' | 'region'>): StateMachine[] {
    return this.#machines.list(`${account}/${region}/`).map(({ value }) => value);
  }

  all(): StateMachine[] {
    return this.#machines.list().map(({ value }) => value);
  }

  /** The machine itself, under an ARN without version or alias. @throws StateMachineDoesNotExist */
  get(arn: StatesArn): StateMachine {
    const machine = arn.rest === undefined && arn.label === undefined ? this.find(arn) : undefined;
    if (machine) return machine;
    throw noSuchMachine(arn.text);
  }

  /** What an ARN of any form means. @throws StateMachineDoesNotExist, InvalidArn */
  resolve(text: string): Meant {
    const arn = readArn(text, 'stateMachine');
    refuseLabel(arn);
    const machine = this.find(arn);
    if (!machine) throw noSuchMachine(text);
    if (arn.rest === undefined) return { machine, revision: machine };
    const alias = /^\d+$/.test(arn.rest) ? undefined : this.findAlias({ ...arn, alias: arn.rest });
    const number = alias ? this.#chooseRoute(alias) : Number(arn.rest);
    const version = number === undefined ? undefined : this.findVersion({ ...arn, number });
    if (!version) throw noSuchMachine(text);
    return { machine, revision: version.revision, version, ...(alias && { alias }) };
  }

  /** Writes what `change` makes of a machine as it is by then. @throws what `change` throws */
  async change(
    place: MachinePlace,
    change: (machine: StateMachine | undefined) => StateMachine,
  ): Promise<StateMachine> {
    return (await updateRow(this.#machines, machineKey(place), change)).value;
  }

  /** Deletes a machine with its versions and aliases. */
  async delete(place: MachinePlace): Promise<void> {
    await this.#machines.delete(machineKey(place));
    for (const alias of this.aliasesOf(place)) await this.aliases.delete(aliasKey(alias));
    for (const version of this.versionsOf(place)) await this.versions.delete(versionKey(version));
  }

  findVersion(place: Pick<Version, 'account' | 'region' | 'name' | 'number'>): Version | undefined {
    return this.versions.get(versionKey(place))?.value;
  }

  /** Newest first. */
  versionsOf(place: MachinePlace): Version[] {
    const rows = this.versions.list(`${machineKey(place)}/`).map(({ value }) => value);
    return rows.reverse();
  }

  findAlias(place: Pick<Alias, 'account' | 'region' | 'name' | 'alias'>): Alias | undefined {
    return this.aliases.get(aliasKey(place))?.value;
  }

  /** By name. */
  aliasesOf(place: MachinePlace): Alias[] {
    return this.aliases.list(`${machineKey(place)}/`).map(({ value }) => value);
  }

  /**
   * A version of the revision that a machine has; the one that there is, if there is one.
   * @throws StateMachineDoesNotExist, ConflictException, ServiceQuotaExceededException
   */
  async publish(
    place: MachinePlace & { readonly text: string },
    {
      revisionId,
      description,
    }: { readonly revisionId?: string | undefined; readonly description?: string | undefined },
  ): Promise<Version> {
    if (this.versionsOf(place).length >= MAX_VERSIONS) {
      const sentence = `A state machine has at most ${MAX_VERSIONS} versions; delete some that are not used.`;
      throw new ServiceError('ServiceQuotaExceededException', sentence);
    }
    const machine = await this.change(place, (row) => {
      if (!row) throw noSuchMachine(place.text);
      const { revisionId: current = INITIAL, lastVersion: last } = row;
      if (revisionId !== undefined && revisionId !== current) throw staleRevision(revisionId, current);
      if (last?.revision === current && this.findVersion({ ...row, number: last.number })) return row;
      return { ...row, lastVersion: { number: (last?.number ?? 0) + 1, revision: current } };
    });
    const number = machine.lastVersion?.number ?? 1;
    const there = this.findVersion({ ...machine, number });
    if (there) return there;
    const { account, region, name, type, definition, roleArn, logging, tracing, revisionId: revised } = machine;
    const version: Version = {
      ...{ account, region, name, number },
      ...(description && { description }),
      revision: {
        ...{ type, definition, roleArn, logging, tracing, updatedAt: machine.updatedAt },
        ...(revised !== undefined && { revisionId: revised }),
      },
      createdAt: this.#platform.clock.now(),
    };
    await this.versions.put(versionKey(version), version);
    return version;
  }

  /** One of an alias's versions, by chance and weight. */
  #chooseRoute({ routes }: Alias): number | undefined {
    const [first, second] = routes;
    if (!second) return first?.number;
    const drawn = Number(this.#platform.ids.signs('0123456789', 2));
    return drawn < (first?.weight ?? 0) ? first?.number : second.number;
  }
}

/** @throws ValidationException: an operation is not for the executions of a distributed Map. */
export function refuseLabel({ label, text }: StatesArn): void {
  if (label === undefined) return;
  const fields = { reason: 'API_DOES_NOT_SUPPORT_LABELED_ARNS' };
  throw new ServiceError('ValidationException', `The operation does not take the ARN of a Map: ${text}.`, { fields });
}

export function noSuchMachine(arn: string): ServiceError {
  return new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

function staleRevision(asked: string, current: string): ServiceError {
  const sentence = `Failed to publish the State Machine version for revision ${asked}. The current State Machine revision is ${current}.`;
  return new ServiceError('ConflictException', sentence);
}

/** What an execution that was started by an ARN says of it. */
export function startedBy({ version, alias }: Meant): {
  stateMachineVersionArn?: string;
  stateMachineAliasArn?: string;
} {
  return {
    ...(version && { stateMachineVersionArn: versionArn(version) }),
    ...(alias && { stateMachineAliasArn: aliasArn(alias) }),
  };
}
