// The CloudFormation resource types that this service makes.
import type { ResourceType } from '../../../resources/resource.ts';
import { consumerResource } from './consumer.ts';
import { streamResource } from './stream.ts';

export const KINESIS_RESOURCES: readonly ResourceType[] = [streamResource, consumerResource];
