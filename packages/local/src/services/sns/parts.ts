// What the operations of SNS share.
import { createHttpClient, type HttpClient } from '../../destinations/http-client.ts';
import type { Platform } from '../../platform.ts';
import { Attempts } from './delivery/attempts.ts';
import { Confirmations } from './delivery/confirmations.ts';
import { FanOut } from './delivery/fan-out.ts';
import { createFunctionEndpoint } from './delivery/function.ts';
import { createHttpEndpoint } from './delivery/http.ts';
import { Ordered } from './delivery/ordered.ts';
import { Publisher } from './delivery/publisher.ts';
import { createQueueEndpoint } from './delivery/queue.ts';
import { Shaper } from './delivery/shape.ts';
import { createStandInEndpoint } from './delivery/stand-in.ts';
import { Signing } from './message/signing-key.ts';
import type { Subscription } from './subscription.ts';
import { Subscriptions } from './subscriptions.ts';
import { Topics } from './topics.ts';

export interface Parts {
  readonly platform: Platform;
  readonly topics: Topics;
  readonly subscriptions: Subscriptions;
  readonly confirmations: Confirmations;
  readonly publisher: Publisher;
  readonly signing: Signing;
  readonly ordered: Ordered;
  readonly fanOut: FanOut;
  readonly attempts: Attempts;
  readonly http: HttpClient;
}

export function createParts(platform: Platform): Parts {
  const http = createHttpClient(platform);
  const topics = new Topics(platform);
  const subscriptions = new Subscriptions(platform);
  const signing = new Signing(platform);
  // A host may come to know its port after the services are made.
  const surroundings = {
    signer: signing,
    get url() {
      return platform.address.http;
    },
  };
  const shaper = new Shaper(surroundings);
  const attempts = new Attempts(platform, { topics, shaper, endpoints: endpointsOf(platform, http, topics) });
  const fanOut = new FanOut(platform, { attempts, shaper });
  const ordered = new Ordered(platform, attempts);
  const publisher = new Publisher(platform, { subscriptions, fanOut, ordered });
  const confirmations = new Confirmations(platform, { subscriptions, topics, http, surroundings });
  return { platform, topics, subscriptions, confirmations, publisher, signing, ordered, fanOut, attempts, http };
}

function endpointsOf(platform: Platform, http: HttpClient, topics: Topics) {
  const [queue, fn] = [createQueueEndpoint(platform), createFunctionEndpoint(platform)];
  const [web, standIn] = [createHttpEndpoint(http, topics), createStandInEndpoint(platform)];
  return (protocol: Subscription['protocol']) => {
    switch (protocol) {
      case 'sqs':
        return queue;
      case 'lambda':
        return fn;
      case 'http':
      case 'https':
        return web;
      default:
        return standIn;
    }
  };
}
