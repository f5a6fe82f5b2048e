// Webhooks over gRPC.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import {
  type WebhookDescription,
  type WebhookId,
  Webhook as Wire,
} from '@earwitness/protocol/internal/momento/gen/webhook_pb';
import { type RpcCall, type RpcMethod, unary } from '../../../http/grpc/method.ts';
import { authorize, identifyCaller } from '../caller.ts';
import type { Parts } from '../parts.ts';
import type { Webhook, WebhookPlace } from './webhook.ts';

export function webhookMethods(parts: Parts): RpcMethod[] {
  const { webhooks } = parts;
  async function admit<Place extends { readonly cache: string }>(call: RpcCall, place: Place): Promise<Place> {
    authorize(identifyCaller(parts, call), { kind: 'manage caches' });
    await parts.caches.require(place.cache);
    return place;
  }
  return [
    unary(Wire.method.putWebhook, async ({ webhook }, call) => {
      const { secret } = await webhooks.put(await admit(call, readWebhook(webhook)));
      return { secret };
    }),
    unary(Wire.method.deleteWebhook, async ({ webhookId }, call) => {
      await webhooks.delete(await admit(call, readPlace(webhookId)));
      return {};
    }),
    unary(Wire.method.listWebhooks, async ({ cacheName: cache }, call) => {
      await admit(call, { cache });
      return { webhook: webhooks.list(cache).map(writeWebhook) };
    }),
    unary(Wire.method.getWebhookSecret, async ({ cacheName: cache, webhookName: name }, call) => {
      const { secret } = webhooks.get(await admit(call, { cache, name }));
      return { cacheName: cache, webhookName: name, secret };
    }),
    unary(Wire.method.rotateWebhookSecret, async ({ webhookId }, call) => {
      const { secret } = await webhooks.rotate(await admit(call, readPlace(webhookId)));
      return { secret };
    }),
  ];
}

function readWebhook(sent: WebhookDescription | undefined): Omit<Webhook, 'secret'> {
  const url = sent?.destination?.kind.value;
  if (sent === undefined || url === undefined)
    throw momentoError('INVALID_ARGUMENT_ERROR', 'The request has no webhook with a destination.');
  return { ...readPlace(sent.webhookId), topic: sent.topicName, url };
}

function readPlace(sent: WebhookId | undefined): WebhookPlace {
  if (!sent) throw momentoError('INVALID_ARGUMENT_ERROR', 'The request names no webhook.');
  return { cache: sent.cacheName, name: sent.webhookName };
}

function writeWebhook({ cache, name, topic, url }: Webhook) {
  return {
    webhookId: { cacheName: cache, webhookName: name },
    topicName: topic,
    destination: { kind: { case: 'postUrl', value: url } },
  } as const;
}
