// Everything that stands in: resources of stacks whose type no service here makes, functions and settings that do not
// run here, targets and calls of services that are not served. What stands in is made, and records what it receives;
// beyond that nothing happens.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { ResourceSchema } from '@earwitness/protocol/internal/aws/resource-schema';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { tableOf } from '../backbone/table.ts';
import { ownEntry } from '../own-entry.ts';
import type { Platform } from '../platform.ts';
import type { ResourceType } from '../resources/resource.ts';
import { type Answers, type ScriptedAnswer, scriptedAnswer } from './answers.ts';
import { standInResource } from './resource-type.ts';
import { type UnservedSetting, unservedBy } from './unserved.ts';

/** A resource of a stack that stands in. Plain data: it stands in a table. */
export interface StandIn {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  readonly logicalId: string;
  /** `AWS::DynamoDB::Table` */
  readonly type: string;
  readonly physicalId: string;
  /** Its attributes that are ARNs, and its physical id where that is one. */
  readonly arns: readonly string[];
  /** Attributes (and `Ref`) whose form was guessed. */
  readonly guessed: readonly string[];
}

/** What a local cloud is told about things that it does not serve. */
export interface StandInSettings {
  /**
   * What becomes of resource types, targets and functions that are not served: `stand-in` (default) makes them and
   * records what they receive, `refuse` fails the deployment by name. A table decides by type or service, the longest
   * name first: `{ '*': 'refuse', 'AWS::CloudWatch::*': 'stand-in' }`.
   */
  readonly unserved?: UnservedSetting;
  /** Refuse whatever `unserved` does not name as a stand-in itself. Default false. */
  readonly strict?: boolean;
  /** Values of stand-ins by logical id or `stack.LogicalId`: `{ Users: { Ref: 'users', Arn: 'arn:aws:…' } }`. */
  readonly standIns?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /**
   * Answers to calls of services that are not served, so that code goes on: `{ 'dynamodb:GetItem': { Item: … } }`. A
   * function makes the answer of the call's input; `{ $error: { code, message, status } }` is an error.
   */
  readonly answers?: Answers;
}

type Received = Omit<Extract<Fact, { readonly kind: 'stand-in.received' }>, 'kind' | 'seq' | 'at' | 'name' | 'type'>;

export interface StandIns {
  /** Whether a resource type, or a service of an ARN (`states`), may stand in; else it is refused. */
  allows(type: string): boolean;
  /** The CloudFormation type that makes stand-ins; `undefined` when the type is to be refused. */
  resourceType(type: string, schema?: ResourceSchema): ResourceType | undefined;
  /** Every resource that stands in. */
  list(): readonly StandIn[];
  /** Those of a service, as signatures name it: `dynamodb`. */
  ofService(name: string): readonly StandIn[];
  /** The resource with this ARN. */
  find(arn: string): StandIn | undefined;
  /** Records what something that stands in has received: the resource with this ARN, or `of`. */
  receive(received: Received & { readonly of?: { readonly name: string; readonly type: string } }): void;
  /** The scripted answer to a call of a service, when there is one. */
  answer(service: string, operation: string, input: () => unknown): Promise<ScriptedAnswer | undefined>;
}

const RESOURCES = tableOf<StandIn>('stand-ins/resources');

/** @throws what a scripted answer throws that is a function */
export function createStandIns(
  { backbone, clock, ids, journal }: Pick<Platform, 'backbone' | 'clock' | 'ids' | 'journal'>,
  settings: StandInSettings = {},
): StandIns {
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
      return script === undefined ? undefined : scriptedAnswer(script, input);
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
