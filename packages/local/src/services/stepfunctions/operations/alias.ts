// Aliases: made, changed, described, listed, deleted.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { RoutingConfigurationListItem } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import { updateRow } from '../../../backbone/update.ts';
import type { Call, OperationsOf } from '../../../call.ts';
import { readArn, type StatesArn } from '../arn.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { refuseLabel } from '../state-machines.ts';
import { type Alias, aliasArn, aliasKey, describeAlias, type Route } from '../version.ts';

/** Source: API reference, CreateStateMachineAlias. */
const MAX_ALIASES = 100;

type Routing = readonly RoutingConfigurationListItem[];

export function aliasOperations({ platform, machines, authorize }: Parts) {
  const { clock } = platform;

  /** @throws InvalidArn, AccessDeniedException, ValidationException */
  async function open(text: string, call: Call, action: string): Promise<StatesArn & { readonly alias: string }> {
    const arn = readArn(text, 'stateMachine');
    await authorize(call, action, { resource: text, owner: arn.account });
    refuseLabel(arn);
    if (arn.rest === undefined || /^\d+$/.test(arn.rest)) {
      throw new ServiceError('ValidationException', `The ARN does not refer to a state machine alias: ${text}`);
    }
    return { ...arn, alias: arn.rest };
  }

  /** The versions that an alias leads to. @throws ValidationException, ResourceNotFound */
  function readRouting(routing: Routing, { name }: Pick<Alias, 'name'>): Route[] {
    checkRouting(routing);
    return routing.map(({ stateMachineVersionArn: text, weight }) => {
      const arn = readArn(text, 'stateMachine');
      if (arn.name !== name) throw invalidRouting('Routing configuration must be of versions of one machine', routing);
      const number = Number(arn.rest);
      if (!machines.findVersion({ ...arn, number })) throw noSuchResource(text);
      return { number, weight };
    });
  }

  return {
    async CreateStateMachineAlias({ name: alias, description, routingConfiguration: routing }, call) {
      checkRouting(routing);
      const { account, region, name } = readArn(routing[0]?.stateMachineVersionArn ?? '', 'stateMachine');
      const now = clock.now();
      const place = { account, region, name, alias };
      const arn = aliasArn(place);
      await authorize(call, 'CreateStateMachineAlias', { resource: arn, owner: account });
      const routes = readRouting(routing, place);
      const made = {
        ...place,
        ...(description !== undefined && { description }),
        routes,
        createdAt: now,
        updatedAt: now,
      };
      const { value } = await updateRow(machines.aliases, aliasKey(place), (there) => {
        if (there && isSame(there, made)) return there;
        if (there) {
          throw new ServiceError(
            'ConflictException',
            'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
          );
        }
        if (machines.aliasesOf(place).length < MAX_ALIASES) return made;
        const sentence = `A state machine has at most ${MAX_ALIASES} aliases.`;
        throw new ServiceError('ServiceQuotaExceededException', sentence);
      });
      return { stateMachineAliasArn: arn, creationDate: value.createdAt };
    },

    async UpdateStateMachineAlias({ stateMachineAliasArn: text, description, routingConfiguration: routing }, call) {
      const place = await open(text, call, 'UpdateStateMachineAlias');
      if (description === undefined && routing === undefined) {
        const fields = { reason: 'MISSING_REQUIRED_PARAMETER' };
        const sentence = 'Either the description or the routingConfiguration must be specified';
        throw new ServiceError('ValidationException', sentence, { fields });
      }
      if (!machines.findAlias(place)) throw noSuchResource(text);
      const routes = routing && readRouting(routing, place);
      const updatedAt = clock.now();
      await updateRow(machines.aliases, aliasKey(place), (alias) => {
        if (!alias) throw noSuchResource(text);
        return { ...alias, updatedAt, ...(description !== undefined && { description }), ...(routes && { routes }) };
      });
      return { updateDate: updatedAt };
    },

    async DescribeStateMachineAlias({ stateMachineAliasArn: text }, call) {
      const alias = machines.findAlias(await open(text, call, 'DescribeStateMachineAlias'));
      if (!alias) throw noSuchResource(text);
      return describeAlias(alias);
    },

    async DeleteStateMachineAlias({ stateMachineAliasArn: text }, call) {
      await machines.aliases.delete(aliasKey(await open(text, call, 'DeleteStateMachineAlias')));
      return {};
    },

    /** Of a machine; of one of its versions, those that lead there. */
    async ListStateMachineAliases({ stateMachineArn: text, ...input }, call) {
      const arn = readArn(text, 'stateMachine');
      await authorize(call, 'ListStateMachineAliases', { resource: text, owner: arn.account });
      const { machine, version } = machines.resolve(text);
      const found = machines
        .aliasesOf(machine)
        .filter(({ routes }) => version === undefined || routes.some(({ number }) => number === version.number));
      const { page, next } = takePage(found, input, { keyOf: ({ alias }) => alias });
      const stateMachineAliases = page.map((alias) => ({
        stateMachineAliasArn: aliasArn(alias),
        creationDate: alias.createdAt,
      }));
      return { stateMachineAliases, ...next };
    },
  } satisfies OperationsOf<'stepfunctions'>;
}

function isSame(one: Alias, other: Alias): boolean {
  return one.description === other.description && JSON.stringify(one.routes) === JSON.stringify(other.routes);
}

/** @throws ValidationException */
function checkRouting(routing: Routing): void {
  const arns = routing.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  if (!arns.every((arn) => /:stateMachine:[^:/]+:\d+$/.test(arn))) {
    throw invalidRouting('Routing configuration must contain state machine version ARNs', routing);
  }
  if (new Set(arns).size < arns.length) {
    throw invalidRouting('Routing configuration must contain distinct state machine version ARNs', routing);
  }
  const weights = routing.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) === 100) return;
  const sentence = `Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`;
  throw new ServiceError('ValidationException', sentence, { fields: { reason: 'INVALID_ROUTING_CONFIGURATION' } });
}

function invalidRouting(sentence: string, routing: Routing): ServiceError {
  const arns = routing.map(({ stateMachineVersionArn }) => stateMachineVersionArn).join(', ');
  const fields = { reason: 'INVALID_ROUTING_CONFIGURATION' };
  return new ServiceError('ValidationException', `${sentence}. Received: [${arns}]`, { fields });
}

function noSuchResource(resourceName: string): ServiceError {
  const sentence = 'Request references a resource that does not exist.';
  return new ServiceError('ResourceNotFound', sentence, { fields: { resourceName } });
}
