// A version: an immutable copy of a machine's revision, under a number. An alias: a name for one or two versions.
import type { DescribeStateMachineAliasOutput } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import { type MachinePlace, machineArn, machineKey, type Revision } from './state-machine.ts';

/** The row: plain data. `name` is the machine's. */
export interface Version extends MachinePlace {
  readonly number: number;
  readonly description?: string;
  readonly revision: Revision;
  /** Epoch ms. */
  readonly createdAt: number;
}

/** The row: plain data. `name` is the machine's. Times are epoch ms. */
export interface Alias extends MachinePlace {
  readonly alias: string;
  readonly description?: string;
  readonly routes: readonly Route[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Route {
  /** The version's number. */
  readonly number: number;
  /** Of a hundred. */
  readonly weight: number;
}

type VersionPlace = MachinePlace & Pick<Version, 'number'>;
type AliasPlace = MachinePlace & Pick<Alias, 'alias'>;

/** In the order of their numbers. */
export function versionKey(place: VersionPlace): string {
  return `${machineKey(place)}/${String(place.number).padStart(9, '0')}`;
}

export function versionArn(place: VersionPlace): string {
  return `${machineArn(place)}:${place.number}`;
}

export function aliasKey(place: AliasPlace): string {
  return `${machineKey(place)}/${place.alias}`;
}

export function aliasArn(place: AliasPlace): string {
  return `${machineArn(place)}:${place.alias}`;
}

/** As DescribeStateMachineAlias answers it. */
export function describeAlias(alias: Alias): DescribeStateMachineAliasOutput {
  return {
    stateMachineAliasArn: aliasArn(alias),
    name: alias.alias,
    ...(alias.description !== undefined && { description: alias.description }),
    routingConfiguration: alias.routes.map(({ number, weight }) => ({
      stateMachineVersionArn: versionArn({ ...alias, number }),
      weight,
    })),
    creationDate: alias.createdAt,
    updateDate: alias.updatedAt,
  };
}
