// Every kind of fact, for who asks for one by its name.
import type { Fact } from './fact.ts';

/** A new kind does not compile before it stands here. */
const KINDS: Readonly<Record<Fact['kind'], true>> = {
  call: true,
  'access.denied': true,
  'access.allowed': true,
  'request.refused': true,
  'request.received': true,
  'request.authorized': true,
  'request.answered': true,
  'function.invoked': true,
  'function.log': true,
  'function.overdue': true,
  'function.finished': true,
  'batch.returned': true,
  'message.redriven': true,
  'notification.published': true,
  'notification.delivered': true,
  'notification.attempted': true,
  'notification.dead-lettered': true,
  'notification.dropped': true,
  'stand-in.received': true,
  'event.accepted': true,
  'entry.rejected': true,
  'bus.missing': true,
  'rule.matched': true,
  'event.unmatched': true,
  'delivery.shaped': true,
  'delivery.attempted': true,
  'delivery.delayed': true,
  'delivery.dead-lettered': true,
  'delivery.dropped': true,
  'bucket.notified': true,
  'schedule.attempted': true,
  'schedule.failed': true,
  'schedule.completed': true,
  'pipe.filtered': true,
  'pipe.passed': true,
  'records.filtered': true,
  'records.failed': true,
  'records.discarded': true,
  'item.expired': true,
  'execution.started': true,
  'execution.redriven': true,
  'state.entered': true,
  'task.attempted': true,
  'state.failed': true,
  'execution.ended': true,
  'topic.published': true,
  'topic.refused': true,
  'webhook.called': true,
  'subscription.opened': true,
  'subscription.received': true,
  'subscription.skipped': true,
  'subscription.closed': true,
  stack: true,
  'journal.skipped': true,
  node: true,
  'shard.taken': true,
  'clock.advanced': true,
  warning: true,
  fault: true,
};

/** `delivery.attempted`, … */
export const FACT_KINDS: readonly string[] = Object.keys(KINDS);

/** Ours, as JavaScript's: a time beyond it is none. */
const LAST_TIME = 8_640_000_000_000_000;

/** Epoch milliseconds that a date can be made of. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= LAST_TIME;
}

/** What was read has the members that every fact has; those of its kind are not looked at. */
export function isFact(value: unknown): value is Fact {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, seq, at } = value as Partial<Record<keyof Fact, unknown>>;
  return typeof kind === 'string' && Object.hasOwn(KINDS, kind) && Number.isSafeInteger(seq) && isTime(at);
}
