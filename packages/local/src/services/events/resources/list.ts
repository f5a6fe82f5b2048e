// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { apiDestinationResource } from './api-destination.ts';
import { archiveResource } from './archive.ts';
import { connectionResource } from './connection.ts';
import { eventBusResource } from './event-bus.ts';
import { eventBusPolicyResource } from './event-bus-policy.ts';
import { ruleResource } from './rule.ts';

export const EVENTS_RESOURCES: readonly ResourceType[] = [
  archiveResource,
  eventBusResource,
  eventBusPolicyResource,
  ruleResource,
  connectionResource,
  apiDestinationResource,
];
