// Every kind of fact, for who asks for one by its name.
import type { Fact } from './fact.ts';

/** A new kind does not compile before it stands here. */
const KINDS: Readonly<Record<Fact['kind'], true>> = {
  call: true,
  'access.denied': true,
  'request.refused': true,
  'request.received': true,
  'request.answered': true,
  'function.invoked': true,
  'function.log': true,
  'function.overdue': true,
  'function.finished': true,
  'batch.returned': true,
  'message.redriven': true,
  'stand-in.received': true,
  'event.accepted': true,
  'entry.rejected': true,
  'bus.missing': true,
  'rule.matched': true,
  'event.unmatched': true,
  'delivery.attempted': true,
  'delivery.delayed': true,
  'delivery.dead-lettered': true,
  'delivery.dropped': true,
  'notification.attempted': true,
  'schedule.attempted': true,
  'schedule.failed': true,
  'schedule.completed': true,
  'pipe.filtered': true,
  'pipe.passed': true,
  'topic.published': true,
  'topic.refused': true,
  'webhook.called': true,
  'subscription.opened': true,
  'subscription.received': true,
  'subscription.skipped': true,
  'subscription.closed': true,
  stack: true,
  'journal.skipped': true,
  'clock.advanced': true,
  warning: true,
  fault: true,
};

/** `delivery.attempted`, … */
export const FACT_KINDS: readonly string[] = Object.keys(KINDS);
