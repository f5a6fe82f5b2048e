// A channel of AppSync Events over its WebSocket, with an API key. AppSync keeps nothing for a client that is not
// connected: after a lost connection this file connects again and reports a gap. Other ways to authorize (IAM, Cognito,
// OIDC, Lambda) are not served: without a key, subscribe() says so.

import { type Clock, wallClock } from '../../hearing/clock.ts';
import { type OpenTransport, type Transport, TransportError, type TransportListener } from '../../hearing/transport.ts';
import { advise } from '../advise.ts';
import { leaveBackground, openInBackground } from '../background-sockets.ts';
import { pause } from '../pause.ts';
import { type Frame, parseFrame } from './frames.ts';
import { loadWebSocket, type Socket, type SocketMaker } from './web-socket.ts';

/** Where and as whom to subscribe. */
export interface AppSyncRoute {
  /** The API's HTTP endpoint, as the console shows it: `https://….appsync-api.eu-west-1.amazonaws.com/event`. */
  readonly endpoint: string;
  readonly apiKey: string;
  /** `default/e2e`; a last segment `*` hears all below. */
  readonly channel: string;
}

/**
 * One event. Source: AppSync Events quotas, https://docs.aws.amazon.com/general/latest/gr/appsync.html, read
 * 2026-11-22.
 */
const MAX_EVENT_BYTES = 240 * 1024;
/**
 * How long AppSync may say nothing, when its acknowledgement names no time. Source: the protocol's page,
 * "connectionTimeoutMs".
 */
const KEEP_ALIVE_MS = 300_000;
// All three ours, in ms.
const ANSWER_MS = 10_000;
const PATIENCE_MS = 2000;
const RETRY_MS = 200;

/** What trying again cannot change. */
const FINAL = /Unauthorized|Forbidden|BadRequest|NotFound|SubProtocol|\b40[0134]\b/;

/** A channel by its endpoint. */
export function createAppSyncTransport(route: AppSyncRoute, clock: Clock = wallClock): Transport {
  const channel = `/${route.channel.replace(/^\/+/, '')}`;
  return {
    name: `appsync ${channel}`,
    topic: route.channel,
    maxItemBytes: MAX_EVENT_BYTES,
    async open(listener, signal) {
      const subscriber = new Subscriber({ ...route, channel }, await loadWebSocket(), { listener, clock });
      await subscriber.open(signal);
      return subscriber;
    },
  };
}

class Subscriber implements OpenTransport {
  readonly #route: AppSyncRoute;
  readonly #WebSocket: SocketMaker;
  readonly #listener: TransportListener;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #socket: Socket | undefined;
  #keepAliveMs = KEEP_ALIVE_MS;
  #stopWatch: () => void = () => undefined;

  constructor(route: AppSyncRoute, maker: SocketMaker, parts: { listener: TransportListener; clock: Clock }) {
    this.#route = route;
    this.#WebSocket = maker;
    this.#listener = parts.listener;
    this.#clock = parts.clock;
  }

  async open(signal: AbortSignal | undefined): Promise<void> {
    const abort = () => void this.close();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      signal?.throwIfAborted();
      await this.#connect();
    } catch (error) {
      await this.close();
      throw signal?.aborted ? signal.reason : error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopWatch();
    this.#socket?.close();
  }

  /** Resolves once AppSync has confirmed the subscription; `confirmed` is called before the first event can come. */
  #connect(confirmed: () => void = () => undefined): Promise<void> {
    const { endpoint, apiKey, channel } = this.#route;
    const { host, realtime } = addressesOf(endpoint);
    const authorization = { host, 'x-api-key': apiKey };
    const header = Buffer.from(JSON.stringify(authorization)).toString('base64url');
    const protocols = ['aws-appsync-event-ws', `header-${header}`];
    const socket = openInBackground(() => new this.#WebSocket(realtime, protocols));
    this.#socket = socket;
    const send = (frame: object) => socket.send(JSON.stringify(frame));
    return new Promise<void>((resolve, reject) => {
      let subscribed = false;
      let trouble = '';
      const fail = (error: TransportError) => {
        callOff();
        reject(error);
        socket.close();
      };
      const callOff = this.#clock.after(
        ANSWER_MS,
        () => {
          fail(new TransportError(`AppSync at ${realtime} did not answer within ${ANSWER_MS} ms`));
        },
        { background: true },
      );
      socket.addEventListener('open', () => send({ type: 'connection_init' }));
      socket.addEventListener('error', ({ message }) => {
        trouble = message || trouble;
      });
      socket.addEventListener('message', ({ data }) => {
        const frame = parseFrame(String(data));
        if (frame.kind === 'refused') fail(refusal(frame, channel));
        if (frame.kind === 'acknowledged') {
          this.#keepAliveMs = frame.connectionTimeoutMs ?? KEEP_ALIVE_MS;
          send({ type: 'subscribe', id: crypto.randomUUID(), channel, authorization });
        }
        if (frame.kind === 'subscribed') {
          callOff();
          subscribed = true;
          confirmed();
          resolve();
        }
        if (subscribed) this.#watch(socket);
        leaveBackground(() => this.#report(frame));
      });
      socket.addEventListener('close', ({ code, reason }) => {
        const why = trouble || reason || `code ${code}`;
        if (subscribed) leaveBackground(() => this.#lose(new TransportError(`AppSync closed the connection: ${why}`)));
        else fail(unreachable(realtime, why));
      });
    });
  }

  /** AppSync promises a sign of life in time; a socket without one is dead, even when it seems open. */
  #watch(socket: Socket): void {
    this.#stopWatch();
    if (this.#closing.signal.aborted) return;
    this.#stopWatch = this.#clock.after(this.#keepAliveMs, () => socket.close(), { background: true });
  }

  #report(frame: Frame): void {
    if (this.#closing.signal.aborted) return;
    if (frame.kind === 'event') for (const text of frame.texts) this.#listener.item({ text });
    if (frame.kind === 'not delivered') this.#listener.gap({ reason: `AppSync could not deliver: ${frame.message}` });
  }

  #lose(cause: TransportError): void {
    if (this.#closing.signal.aborted) return;
    this.#stopWatch();
    void this.#connectAgain(cause);
  }

  async #connectAgain(cause: TransportError): Promise<void> {
    const { signal } = this.#closing;
    const since = this.#clock.now();
    let interrupted = false;
    for (let pauseMs = RETRY_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, PATIENCE_MS)) {
      try {
        return await this.#connect(() => {
          if (signal.aborted) return;
          const awayMs = Math.round(this.#clock.now() - since);
          this.#listener.gap({
            reason: `the connection was away for ${awayMs} ms, and AppSync keeps nothing meanwhile`,
          });
          if (interrupted) this.#listener.resumed();
        });
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof TransportError && FINAL.test(error.code ?? '')) return this.#listener.lost(error);
        if (!interrupted && this.#clock.now() - since >= PATIENCE_MS) {
          interrupted = true;
          this.#listener.interrupted(cause);
        }
        await pause(pauseMs, { clock: this.#clock, signal });
      }
    }
  }
}

/** The HTTP host (what a key is for) and the WebSocket's address. A custom domain serves both. */
function addressesOf(endpoint: string): { host: string; realtime: string } {
  const { host, protocol } = new URL(endpoint);
  const realtimeHost = host.replace('.appsync-api.', '.appsync-realtime-api.');
  return { host, realtime: `${protocol === 'http:' ? 'ws' : 'wss'}://${realtimeHost}/event/realtime` };
}

function refusal({ code, message }: { code: string; message: string }, channel: string): TransportError {
  return new TransportError(advise(`AppSync refused the channel ${channel}: ${message}`, remedyFor(code)), { code });
}

/**
 * A refused handshake shows its status only in a text (`Unexpected server response: 401`), and Node's own WebSocket not
 * even there.
 */
function unreachable(realtime: string, why: string): TransportError {
  const code = /\b[45]\d\d\b/.exec(why)?.[0];
  return new TransportError(advise(`cannot connect to AppSync at ${realtime}: ${why}`, remedyFor(code ?? '')), {
    ...(code === undefined ? {} : { code }),
  });
}

function remedyFor(code: string): string {
  if (/Unauthorized|Forbidden|40[013]/.test(code)) {
    return 'Check APPSYNC_EVENTS_API_KEY: keys expire, and the API and the namespace must allow them to connect and subscribe';
  }
  if (/BadRequest|NotFound|404/.test(code)) {
    return 'Check TOPIC_NAME: a channel is "namespace/name", and the namespace must exist in the API';
  }
  return '';
}
