// Everything that stands in: resources of stacks whose type no service here makes, functions and settings that do not
// run here, targets and calls of services that are not served. What stands in is made, and records what it receives;
// beyond that nothing happens.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { ResourceSchema } from '@earwitness/protocol/internal/aws/resource-schema';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { openAttribute } from '@earwitness/protocol/internal/stand-in/open-attribute';
import type { Backbone } from '../backbone/backbone.ts';
import { tableOf } from '../backbone/table.ts';
import type { Clock } from '../clock/clock.ts';
import type { Ids } from '../ids.ts';
import type { Journal } from '../journal/journal.ts';
import { ownEntry } from '../own-entry.ts';
import type { ResourcePlace, ResourceType } from '../resources/resource.ts';
import { type ScriptedAnswer, scriptedAnswer, usualAnswer } from './answers.ts';
import { standInPlace, standInResource } from './resource-type.ts';
import type { StandIn, StandInSettings } from './stand-in.ts';
import { unservedBy } from './unserved.ts';

type Received = Omit<Extract<Fact, { readonly kind: 'stand-in.received' }>, 'kind' | 'seq' | 'at' | 'name' | 'type'>;

export interface StandIns {
  /** Whether a resource type, or a service of an ARN (`batch`), may stand in; else it is refused. */
  allows(type: string): boolean;
  /** The CloudFormation type that makes stand-ins; `undefined` when the type is to be refused. */
  resourceType(type: string, schema?: ResourceSchema): ResourceType | undefined;
  /**
   * An attribute that a resource which stands in does not have by its form: a custom resource has any. `undefined` when
   * the type has no such attribute.
   */
  attribute(type: string, name: string, place: ResourcePlace): string | undefined;
  /** Every resource that stands in. */
  list(): readonly StandIn[];
  /** Those of a service, as signatures name it: `cognito-idp`. */
  ofService(name: string): readonly StandIn[];
  /** The resource with this ARN. */
  find(arn: string): StandIn | undefined;
  /** Records what something that stands in has received: the resource with this ARN, or `of`. */
  receive(received: Received & { readonly of?: { readonly name: string; readonly type: string } }): void;
  /** The scripted answer to a call of a service, when there is one. */
  answer(service: string, operation: string, input: () => unknown): Promise<ScriptedAnswer | undefined>;
}

const RESOURCES = tableOf<StandIn>('stand-ins/resources');

interface Ground {
  readonly backbone: Backbone;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly journal: Journal;
}

/** @throws what a scripted answer throws that is a function */
export function createStandIns({ backbone, clock, ids, journal }: Ground, settings: StandInSettings = {}): StandIns {
  const decide = unservedBy(settings.unserved, settings.strict);
  const table = backbone.table(RESOURCES);
  const list = () => table.list().map(({ value }) => value);
  const find = (arn: string) => list().find(({ arns }) => arns.includes(arn));
  return {
    allows: (type) => decide(type) === 'stand-in',
    resourceType: (type, schema) =>
      decide(type) === 'stand-in'
        ? standInResource({ type, schema, table, clock, ids, values: settings.standIns })
        : undefined,
    attribute: (type, name, place) => openAttribute(name, type, standInPlace({ clock, ids }, place)),
    list,
    ofService: (name) => list().filter((standIn) => belongsTo(name, standIn)),
    find,
    receive({ of, ...received }) {
      const found = received.arn === undefined ? undefined : find(received.arn);
      const { name, type } = found ? { name: found.logicalId, type: found.type } : (of ?? namesOf(received.arn));
      journal.record({ kind: 'stand-in.received', name, type, ...received });
    },
    async answer(service, operation, input) {
      const script = ownEntry(settings.answers, `${service}:${operation}`);
      if (script !== undefined) return scriptedAnswer(script, input);
      if (decide(service) !== 'stand-in') return undefined;
      const isThere = (type: string, id: string) => list().some((one) => one.type === type && one.physicalId === id);
      return usualAnswer(`${service}:${operation}`, input, isThere);
    },
  };
}

/** By its ARNs, or by its type where it has none: `AWS::EC2::VPC` and `ec2`. */
function belongsTo(service: string, { arns, type }: StandIn): boolean {
  if (arns.some((arn) => parseArn(arn)?.service === service)) return true;
  return type.split('::')[1]?.toLowerCase() === service.replaceAll('-', '');
}

/** `arn:aws:states:…:stateMachine:Orders` → `Orders` of `states` */
function namesOf(arn = ''): { name: string; type: string } {
  const { service = arn, resource = arn } = parseArn(arn) ?? {};
  return { name: resource.split(/[:/]/).at(-1) ?? resource, type: service };
}
