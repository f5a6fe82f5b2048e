// What a lifecycle configuration may say; nothing here expires. Sentences: AWS's, as users of Terraform report them.
import type { LifecycleRule } from '@earwitness/protocol/internal/aws/models/s3.types';
import { invalidArgument, invalidRequest } from './refusals.ts';

/** What a rule may do. Source: S3 API reference, LifecycleRule. */
const ACTIONS = [
  ...['Expiration', 'Transitions', 'NoncurrentVersionTransitions', 'NoncurrentVersionExpiration'],
  'AbortIncompleteMultipartUpload',
];

/** @throws ServiceError `InvalidRequest`, `InvalidArgument` */
export function checkLifecycle(rules: readonly LifecycleRule[]): void {
  const ids = rules.flatMap(({ ID }) => ID ?? []);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', twice);
  }
  for (const rule of rules) {
    if (!ACTIONS.some((name) => Reflect.get(rule, name) !== undefined)) {
      throw invalidRequest('At least one action needs to be specified in a rule');
    }
    const { Days: days } = rule.Expiration ?? {};
    if (days !== undefined && days < 1) {
      throw invalidArgument("'Days' for Expiration action must be a positive integer", 'Days', String(days));
    }
  }
}
