// CloudWatch Logs: groups, streams, events, terms to filter by, retention, resource policies. Queries, metrics, subscriptions and
// live tail are not served (501).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { validateInput } from '@earwitness/protocol/internal/aws/validate';
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { invalidParameter, LogStore } from './log-store.ts';
import {
  createLogGroup,
  deleteLogGroup,
  deleteRetentionPolicy,
  describeLogGroups,
  putRetentionPolicy,
} from './operations/log-groups.ts';
import { createLogStream, deleteLogStream, describeLogStreams } from './operations/log-streams.ts';
import { putLogEvents } from './operations/put-log-events.ts';
import { filterLogEvents, getLogEvents } from './operations/read-log-events.ts';
import { deleteResourcePolicy, describeResourcePolicies, putResourcePolicy } from './operations/resource-policies.ts';
import {
  listTagsForResource,
  listTagsLogGroup,
  tagLogGroup,
  tagResource,
  untagLogGroup,
  untagResource,
} from './operations/tags.ts';
import { logGroupResource, logResourcePolicyResource, logStreamResource } from './resources.ts';

export function createLogsService(platform: Platform): Service {
  const store = new LogStore(platform);
  return {
    name: 'logs',
    validate,
    operations: {
      CreateLogGroup: createLogGroup(store),
      CreateLogStream: createLogStream(store),
      DeleteLogGroup: deleteLogGroup(store),
      DeleteLogStream: deleteLogStream(store),
      DeleteResourcePolicy: deleteResourcePolicy(store),
      DeleteRetentionPolicy: deleteRetentionPolicy(store),
      DescribeLogGroups: describeLogGroups(store),
      DescribeLogStreams: describeLogStreams(store),
      DescribeResourcePolicies: describeResourcePolicies(store),
      FilterLogEvents: filterLogEvents(store),
      GetLogEvents: getLogEvents(store),
      ListTagsForResource: listTagsForResource(store),
      ListTagsLogGroup: listTagsLogGroup(store),
      PutLogEvents: putLogEvents(store),
      PutResourcePolicy: putResourcePolicy(store),
      PutRetentionPolicy: putRetentionPolicy(store),
      TagLogGroup: tagLogGroup(store),
      TagResource: tagResource(store),
      UntagLogGroup: untagLogGroup(store),
      UntagResource: untagResource(store),
    },
    resources: [logGroupResource, logStreamResource, logResourcePolicyResource],
    reset: () => store.events.clear(),
  };
}

/** The model's validation under the code that this service uses. */
function validate(model: ServiceModel, operation: string, input: unknown): void {
  try {
    validateInput(model, operation, input);
  } catch (error) {
    throw error instanceof ServiceError ? invalidParameter(error.message) : error;
  }
}
