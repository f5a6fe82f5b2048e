// CloudWatch Logs: groups, streams, events, terms to filter by, retention, resource policies. Queries, metrics,
// subscriptions and live tail are not served (501).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { validateInput } from '@earwitness/protocol/internal/aws/validate';
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { invalidParameter } from './log-store.ts';
import { logEventOperations } from './operations/log-event.ts';
import { logGroupOperations } from './operations/log-group.ts';
import { logStreamOperations } from './operations/log-stream.ts';
import { resourcePolicyOperations } from './operations/resource-policy.ts';
import { tagOperations } from './operations/tag.ts';
import { createParts } from './parts.ts';
import { LOGS_RESOURCES } from './resources/list.ts';

/** Characters. Source: CloudWatch Logs API reference, CreateLogGroup, CreateLogStream. */
const MAX_NAME_LENGTH = 512;

export function createLogsService(platform: Platform): Service {
  const parts = createParts(platform);
  return {
    name: 'logs',
    validate,
    operations: {
      ...logEventOperations(parts),
      ...logGroupOperations(parts),
      ...logStreamOperations(parts),
      ...resourcePolicyOperations(parts),
      ...tagOperations(parts),
    },
    resources: LOGS_RESOURCES,
  };
}

/** The model's validation under the code that this service uses, and its own sentence for long names. */
function validate(model: ServiceModel, operation: string, input: unknown): void {
  const { logGroupName, logStreamName }: Readonly<Record<string, unknown>> = Object(input);
  if ([logGroupName, logStreamName].some((name) => typeof name === 'string' && name.length > MAX_NAME_LENGTH)) {
    throw invalidParameter('Invalid LogGroup or LogStream, both must have length less than or equal to 512.');
  }
  try {
    validateInput(model, operation, input);
  } catch (error) {
    throw error instanceof ServiceError ? invalidParameter(error.message) : error;
  }
}
