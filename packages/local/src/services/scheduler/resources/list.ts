// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { scheduleGroupResource } from './group.ts';
import { scheduleResource } from './schedule.ts';

export const SCHEDULER_RESOURCES: readonly ResourceType[] = [scheduleResource, scheduleGroupResource];
