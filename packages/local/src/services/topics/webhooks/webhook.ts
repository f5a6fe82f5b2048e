// A webhook: where the messages of a topic are posted, and the secret that signs them.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { WEBHOOK_NAME_MAX_LENGTH, WEBHOOK_URL_MAX_LENGTH } from '@earwitness/protocol/internal/momento/limits';
import { checkName, rowPrefix } from '../caches.ts';

export interface WebhookPlace {
  readonly cache: string;
  readonly name: string;
}

export interface Webhook extends WebhookPlace {
  readonly topic: string;
  readonly url: string;
  readonly secret: string;
}

/** The row of a webhook. */
export function rowKey({ cache, name }: WebhookPlace): string {
  return `${rowPrefix(cache)}${encodeURIComponent(name)}`;
}

/** @throws INVALID_ARGUMENT_ERROR */
export function checkWebhook({ name, topic, url }: Omit<Webhook, 'cache' | 'secret'>): void {
  checkName('webhook', name);
  checkName('topic', topic);
  if (name.length > WEBHOOK_NAME_MAX_LENGTH)
    throw refused(`The webhook name has ${name.length} signs; at most ${WEBHOOK_NAME_MAX_LENGTH} are taken.`);
  if (url.length > WEBHOOK_URL_MAX_LENGTH)
    throw refused(`The URL has ${url.length} signs; at most ${WEBHOOK_URL_MAX_LENGTH} are taken.`);
  if (!/^https?:/i.test(url) || !URL.canParse(url)) throw refused('The destination is not an http or https URL.');
}

function refused(message: string) {
  return momentoError('INVALID_ARGUMENT_ERROR', message);
}
