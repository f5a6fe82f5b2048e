// Momento Topics through Momento's own SDK, when the project has it installed. The SDK reconnects by itself and resumes
// by sequence number; this file distinguishes its routine (since 1.109 it cuts each new stream after 5 s and resumes)
// from a lasting silence, and a discontinuity that only says where the stream starts from a gap.

import type { TopicClient, TopicSubscribe } from '@gomomento/sdk';
import { type Clock, wallClock } from '../hearing/clock.ts';
import { type Transport, TransportError, type TransportListener } from '../hearing/transport.ts';
import { isMissingPackage } from '../missing-package.ts';
import { advise } from './advise.ts';
import { leaveBackground, openInBackground } from './background-sockets.ts';
import { demandKeyForm } from './momento-key.ts';
import { remedyFor } from './momento-remedy.ts';
import { Position } from './position.ts';

type MomentoSdk = typeof import('@gomomento/sdk');

/** Where and as whom to subscribe. */
export interface MomentoRoute {
  readonly apiKey: string;
  readonly cache: string;
  readonly topic: string;
  /** Only for v2 API keys, which do not carry their endpoint. */
  readonly endpoint?: string;
}

/** Payload of one message. Source: https://docs.momentohq.com/topics/limits, read 2026-11-22. */
export const MOMENTO_MAX_ITEM_BYTES = 4096;

/**
 * How long a stream may be broken before that is reported, ms. Ours: the SDK's own pause before it resumes is 500 ms.
 */
const PATIENCE_MS = 2000;

/** Loads `@gomomento/sdk`; undefined when the project does not have it. */
export async function loadMomentoSdk(): Promise<MomentoSdk | undefined> {
  try {
    return await import('@gomomento/sdk');
  } catch (error) {
    if (isMissingPackage(error)) return undefined;
    throw error;
  }
}

/**
 * A topic of Momento over gRPC.
 * @throws ConfigurationError for a key that is none, or that does not say where to go
 */
export function createMomentoTransport(route: MomentoRoute, sdk: MomentoSdk, clock: Clock = wallClock): Transport {
  const form = demandKeyForm(route.apiKey, route.endpoint);
  return {
    name: `momento ${route.cache}/${route.topic}`,
    topic: route.topic,
    maxItemBytes: MOMENTO_MAX_ITEM_BYTES,
    async open(listener, signal) {
      const stream = new MomentoStream(listener, clock);
      const opening = openInBackground(() => connect(route, sdk, stream));
      const response = await orAborted(opening, signal).catch((reason: unknown) => {
        stream.close();
        opening.then((late) => 'unsubscribe' in late && late.unsubscribe()).catch(() => undefined);
        throw reason;
      });
      if ('errorCode' in response) {
        const code = response.errorCode();
        throw new TransportError(
          advise(`cannot subscribe to ${route.cache}/${route.topic}: ${response.message()}`, remedyFor(code, form)),
          { code, cause: response.innerException() },
        );
      }
      return {
        async close() {
          stream.close();
          response.unsubscribe();
        },
      };
    },
  };
}

/** The SDK takes no signal: after an abort, it goes on opening in the background. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

// One client for each key: it cannot be closed, and opening its channels costs more than everything else a subscription
// does. Idle channels do not keep a process alive.
const clients = new Map<string, TopicClient>();

function clientFor({ apiKey, endpoint }: MomentoRoute, sdk: MomentoSdk): TopicClient {
  const { CredentialProvider, NoopMomentoLoggerFactory, TopicConfigurations } = sdk;
  const key = `${endpoint ?? ''} ${apiKey}`;
  const known = clients.get(key);
  if (known) return known;
  const client = new sdk.TopicClient({
    credentialProvider:
      endpoint !== undefined && demandKeyForm(apiKey, endpoint) === 'v2'
        ? CredentialProvider.fromApiKeyV2({ apiKey, endpoint })
        : CredentialProvider.fromString({ apiKey }),
    // The SDK would log to the console; what it has to say reaches the test through the listener.
    configuration: TopicConfigurations.Default.latest(new NoopMomentoLoggerFactory()),
  });
  clients.set(key, client);
  return client;
}

function connect(route: MomentoRoute, sdk: MomentoSdk, stream: MomentoStream): Promise<TopicSubscribe.Response> {
  return clientFor(route, sdk).subscribe(route.cache, route.topic, {
    onItem: (item) => leaveBackground(() => stream.item(item.valueString(), item.sequenceNumber())),
    onHeartbeat: () => leaveBackground(() => stream.alive()),
    // gRPC names the number after which items go on; HTTP, and Position, name the next one.
    onDiscontinuity: (jump) => leaveBackground(() => stream.jump(jump.newSequenceNumber() + 1, jump.newSequencePage())),
    onConnectionLost: () => leaveBackground(() => stream.cut()),
    onError: (error) => leaveBackground(() => stream.lost(error)),
  });
}

/** What the SDK's callbacks mean for a listener. */
class MomentoStream {
  readonly #listener: TransportListener;
  readonly #clock: Clock;
  readonly #position = new Position();
  #stopPatience: (() => void) | undefined;
  #interrupted = false;
  #closed = false;

  constructor(listener: TransportListener, clock: Clock) {
    this.#listener = listener;
    this.#clock = clock;
  }

  item(text: string, sequenceNumber: number): void {
    if (this.#closed) return;
    this.alive();
    const gap = this.#position.item(sequenceNumber);
    if (gap) this.#listener.gap(gap);
    if (this.#position.isReplay(sequenceNumber, text)) return;
    this.#listener.item({ text, sequenceNumber });
  }

  jump(next: number, page: number): void {
    if (this.#closed) return;
    this.alive();
    const gap = this.#position.jump(next, page);
    if (gap) this.#listener.gap(gap);
  }

  alive(): void {
    this.#stopPatience?.();
    this.#stopPatience = undefined;
    if (this.#closed || !this.#interrupted) return;
    this.#interrupted = false;
    this.#listener.resumed();
  }

  cut(): void {
    if (this.#closed || this.#stopPatience) return;
    const interrupt = () => {
      this.#interrupted = true;
      this.#listener.interrupted(
        new TransportError(`the stream from Momento broke and did not come back within ${PATIENCE_MS} ms`),
      );
    };
    this.#stopPatience = this.#clock.after(PATIENCE_MS, interrupt, { background: true });
  }

  lost(error: TopicSubscribe.Error): void {
    if (this.#closed) return;
    this.close();
    const options = { code: error.errorCode(), cause: error.innerException() };
    this.#listener.lost(new TransportError(`Momento ended the subscription: ${error.message()}`, options));
  }

  close(): void {
    this.#closed = true;
    this.#stopPatience?.();
  }
}
