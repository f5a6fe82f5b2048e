// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { pipeResource } from './pipe.ts';

export const PIPES_RESOURCES: readonly ResourceType[] = [pipeResource];
