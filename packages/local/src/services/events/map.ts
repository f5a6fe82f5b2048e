// Buses, rules and their targets, API destinations and where their URLs lead when they lead here.
import type { MapEdge } from '@earwitness/protocol/internal/admin/cloud-map';
import { placeAtOwn } from '../../map/own-address.ts';
import { deadLetters, delivers, factsOf, type MapShare, type SharedNode } from '../../map/share.ts';
import { busArn } from './bus.ts';
import type { ApiDestination } from './connections/api-destination.ts';
import type { Parts } from './parts.ts';
import type { Rule } from './rule.ts';

export function eventMap({ buses, rules, apiDestinations, platform }: Parts): MapShare {
  const allBuses = buses.listAll(platform.home);
  const allRules = rules.all();
  const destinations = apiDestinations.all();
  return {
    nodes: [
      ...allBuses.map((bus): SharedNode => {
        const made = [`AWS::Events::EventBus ${bus.name}`];
        return {
          id: bus.arn,
          kind: 'bus',
          name: bus.name,
          made,
          facts: factsOf({ Description: bus.settings.Description }),
        };
      }),
      ...allRules.map(ruleNode),
      ...destinations.map((one) => destinationNode(one, apiDestinations.stateOf(one))),
    ],
    edges: [
      ...allBuses.flatMap((bus) => deadLetters(bus.arn, bus.settings.DeadLetterConfig?.Arn)),
      ...allRules.flatMap(ruleEdges),
      ...destinations.flatMap((one) => {
        const place = placeAtOwn(one.endpoint, platform.address);
        return place === undefined ? [] : [delivers(one.arn, place)];
      }),
    ],
  };
}

function ruleNode(rule: Rule): SharedNode {
  const { name, bus, arn, state, eventPattern, scheduleExpression, description } = rule;
  return {
    id: arn,
    kind: 'rule',
    name,
    made: [name, `${bus.name}|${name}`, `${busArn(bus)}|${name}`].map((ref) => `AWS::Events::Rule ${ref}`),
    ...(state === 'DISABLED' && { state }),
    ...(eventPattern !== undefined && { pattern: eventPattern }),
    facts: factsOf({ Bus: bus.name, Schedule: scheduleExpression, Description: description }),
  };
}

function ruleEdges({ arn, bus, eventPattern, targets }: Rule): MapEdge[] {
  return [
    ...(eventPattern === undefined ? [] : [delivers(busArn(bus), arn)]),
    ...targets.flatMap(({ Id, Arn, DeadLetterConfig }) => [
      delivers(arn, Arn, Id),
      ...deadLetters(arn, DeadLetterConfig?.Arn, Id),
    ]),
  ];
}

function destinationNode({ arn, name, endpoint, method, ratePerSecond }: ApiDestination, state: string): SharedNode {
  return {
    id: arn,
    kind: 'api-destination',
    name,
    made: [`AWS::Events::ApiDestination ${name}`],
    ...(state !== 'ACTIVE' && { state }),
    // A query may have a key in it.
    facts: factsOf({ URL: `${method} ${endpoint.replace(/[?#].*/s, '')}`, 'Rate limit': `${ratePerSecond} a second` }),
  };
}
