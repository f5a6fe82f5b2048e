// Why EventBridge, a schedule or a topic gave a message up, as they write it on what they leave.
import type { QueuedMessage } from '@earwitness/protocol/internal/admin/queued-messages';
import { plainName } from '@earwitness/protocol/internal/journal/names';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';

/**
 * `NO_PERMISSIONS: … (rule ship, to jobs, after 3 attempts)`; `undefined` of what bears no reason.
 * Source: EventBridge user guide, "Using dead-letter queues to process undelivered events"
 */
export function reasonOf({ attributes }: Pick<QueuedMessage, 'attributes'>): string | undefined {
  const value = (name: string) => attributes[name]?.value;
  const code = value('ERROR_CODE');
  if (code === undefined) return undefined;
  const message = value('ERROR_MESSAGE');
  const [rule, target, retries] = [value('RULE_ARN'), value('TARGET_ARN'), value('RETRY_ATTEMPTS')];
  const about = [
    ...(rule === undefined ? [] : [`rule ${plainName(rule)}`]),
    ...(target === undefined ? [] : [`to ${plainName(target)}`]),
    ...(retries === undefined ? [] : [`tried again ${retries}×`]),
  ].join(', ');
  return showControls(`${code}${message === undefined ? '' : `: ${message}`}${about === '' ? '' : ` (${about})`}`);
}
