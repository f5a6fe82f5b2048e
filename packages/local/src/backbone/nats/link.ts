// The connection to a NATS server, and questions over it. It reconnects for ever, to any server of the cluster. What
// was asked when it broke fails at once, as nobody knows what became of it; what is asked while it is broken waits a
// moment for it to come back, and is sent in no case later than that. Long because every way in which a connection
// ends is told here.
import {
  type ConnectionOptions,
  connect,
  createInbox,
  credsAuthenticator,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  nkeyAuthenticator,
} from '@nats-io/transport-node';
import type { Clock } from '../../clock/clock.ts';
import { ServerAway, ServerRefuses } from '../shared/server.ts';
import type { NatsAddress } from './address.ts';
import { BackboneError } from './problem.ts';

export type WireClock = Pick<Clock, 'setWireTimer'>;

/** Ours: how long questions wait for a connection that is broken. */
const PATIENCE_MS = 3000;
/** Ours: the same when it is broken for longer than that: clients that try again soon find it mended. */
const LATER_PATIENCE_MS = 500;
/** Ours: how often it is looked which questions have waited for too long. */
const SWEEP_MS = 250;
/** Ours: how long the first connection may take. */
const CONNECT_MS = 5000;
/** Ours: a connection on which two pings in a row stay unanswered is broken. */
const PING_MS = 5000;

/** No answer came: the connection broke (`lost`), or nobody answered in time (`late`). */
export class NoReply extends Error {
  readonly kind: 'lost' | 'late';

  constructor(kind: 'lost' | 'late') {
    super(kind === 'lost' ? 'the connection broke' : 'no answer came in time');
    this.name = 'NoReply';
    this.kind = kind;
  }
}

const CLOSED = 'the connection to it was closed';

/** A connection that is broken. */
interface Broken {
  readonly waiting: Set<(error?: ServerAway) => void>;
  isLong: boolean;
}

interface Question {
  readonly resolve: (reply: Msg) => void;
  readonly reject: (error: NoReply) => void;
  sweepsLeft: number;
}

/** A subscription. */
export interface Hearing {
  /** In the server's words, when the user may not have it. */
  readonly refusal?: string;
  end(): void;
}

export interface Asking {
  readonly timeoutMs: number;
  readonly headers?: MsgHdrs;
  readonly signal?: AbortSignal;
}

export class Link {
  readonly clock: WireClock;
  readonly nc: NatsConnection;
  /** Whether questions that nobody answers are asked again for a while. */
  isPatient = true;
  /** Whether the connection was ever lost: the server may be another one, or one that was started again. */
  wasBroken = false;
  readonly #inbox = createInbox();
  readonly #questions = new Map<string, Question>();
  readonly #reconnected = new Set<() => void>();
  #asked = 0;
  #isSweeping = false;
  #isClosed = false;
  /** While the connection is broken. */
  #broken: Broken | undefined;
  #lastError = '';

  constructor(nc: NatsConnection, clock: WireClock) {
    this.nc = nc;
    this.clock = clock;
    this.subscribe(`${this.#inbox}.*`, (message) => this.#answered(message));
    void this.#watch();
  }

  get isConnected(): boolean {
    return this.#broken === undefined && !this.#isClosed;
  }

  /** Resolves when there is a connection. @throws ServerAway when there is none for too long. */
  async ready(): Promise<void> {
    const broken = this.#broken;
    if (!broken || this.#isClosed) {
      if (this.#isClosed) throw new ServerAway(CLOSED);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: ServerAway) => {
        timer.cancel();
        broken.waiting.delete(settle);
        if (error) reject(error);
        else resolve();
      };
      const away = new ServerAway(`there is no connection to ${this.nc.getServer() || 'it'}`);
      const timer = this.clock.setWireTimer(broken.isLong ? LATER_PATIENCE_MS : PATIENCE_MS, () => settle(away));
      broken.waiting.add(settle);
    });
  }

  /** Calls `listener` whenever the connection is back. Returns a function that ends it. */
  onReconnect(listener: () => void): () => void {
    this.#reconnected.add(listener);
    return () => this.#reconnected.delete(listener);
  }

  /** Asks at once: whoever calls this knows that there is a connection. @throws NoReply */
  ask(subject: string, data: Uint8Array | string, { timeoutMs, headers, signal }: Asking): Promise<Msg> {
    if (this.#isClosed) return Promise.reject(new NoReply('lost'));
    return new Promise((resolve, reject) => {
      const token = String(++this.#asked);
      const sweepsLeft = Math.ceil(timeoutMs / SWEEP_MS) + 1;
      const giveUp = () => {
        if (this.#questions.delete(token)) question.reject(new NoReply('late'));
      };
      const stopListening = () => signal?.removeEventListener('abort', giveUp);
      const question: Question = {
        resolve: (reply) => {
          stopListening();
          resolve(reply);
        },
        reject: (error) => {
          stopListening();
          reject(error);
        },
        sweepsLeft,
      };
      this.#questions.set(token, question);
      if (signal?.aborted) return giveUp();
      signal?.addEventListener('abort', giveUp);
      this.#sweepSoon();
      this.nc.publish(subject, data, { reply: `${this.#inbox}.${token}`, ...(headers && { headers }) });
    });
  }

  /** Resolves after `ms` of real time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.setWireTimer(ms, resolve));
  }

  /**
   * Calls `listener` with what comes. An error that it throws is a warning of the process: thrown on, it would end the
   * client's reading from the connection, with all that others wait for.
   */
  subscribe(subject: string, listener: (message: Msg) => void): Hearing {
    const hearing: { refusal?: string } = {};
    const subscription = this.nc.subscribe(subject, {
      callback: (error, message) => {
        if (error) hearing.refusal = error.message;
        else {
          try {
            listener(message);
          } catch (thrown) {
            process.emitWarning(thrown instanceof Error ? thrown : String(thrown));
          }
        }
      },
    });
    return Object.assign(hearing, { end: () => subscription.unsubscribe() });
  }

  /** Resolves when the server knows of it; ends it when it does not take it. @throws ServerAway, ServerRefuses */
  async known(hearing: Hearing): Promise<void> {
    try {
      for (let isKnown = false; !isKnown; ) {
        await this.ready();
        isKnown = await this.nc.flush().then(
          () => true,
          () => false,
        );
      }
      // A refusal comes before the answer to what was asked after it.
      if (hearing.refusal !== undefined) throw new ServerRefuses(hearing.refusal);
    } catch (error) {
      hearing.end();
      throw error;
    }
  }

  /** What the server said last when it refused something that nobody waits for, as a sentence; or nothing. */
  get complaint(): string {
    return this.#lastError && ` (it said: ${this.#lastError})`;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const settle of this.#broken?.waiting ?? []) settle(new ServerAway(CLOSED));
    if (!this.#broken) await this.nc.flush().catch(() => {});
    await this.nc.close();
    this.#loseAll();
  }

  #answered(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1);
    const question = this.#questions.get(token);
    this.#questions.delete(token);
    question?.resolve(message);
  }

  #sweepSoon(): void {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    this.clock.setWireTimer(SWEEP_MS, () => {
      this.#isSweeping = false;
      for (const [token, question] of this.#questions) {
        if (--question.sweepsLeft > 0) continue;
        this.#questions.delete(token);
        question.reject(new NoReply('late'));
      }
      if (this.#questions.size > 0) this.#sweepSoon();
    });
  }

  async #watch(): Promise<void> {
    for await (const status of this.nc.status()) {
      if (status.type === 'disconnect') this.#break();
      else if (status.type === 'reconnect') this.#mend();
      else if (status.type === 'error') this.#lastError = status.error.message;
    }
    // Nobody ends it but us: it reconnects for ever.
    this.#break();
  }

  #break(): void {
    if (!this.#broken) {
      const broken: Broken = { waiting: new Set(), isLong: false };
      this.#broken = broken;
      this.wasBroken = true;
      this.clock.setWireTimer(PATIENCE_MS, () => {
        broken.isLong = true;
      });
    }
    this.#loseAll();
  }

  #mend(): void {
    const broken = this.#broken;
    this.#broken = undefined;
    for (const settle of broken?.waiting ?? []) settle();
    for (const listener of this.#reconnected) listener();
  }

  #loseAll(): void {
    const questions = [...this.#questions.values()];
    this.#questions.clear();
    for (const { reject } of questions) reject(new NoReply('lost'));
  }
}

/** @throws BackboneError */
export async function openLink(address: NatsAddress, clock: WireClock): Promise<Link> {
  const where = address.servers.join(', ');
  try {
    return new Link(await connect(optionsOf(address)), clock);
  } catch (error) {
    throw new BackboneError(`backbone: ${sentenceOf(error, where, address)}`, error);
  }
}

function optionsOf(address: NatsAddress): ConnectionOptions {
  const { servers, creds, seed, token, user, password = '', isTls, ca, cert, key } = address;
  const authenticators = [...(creds ? [credsAuthenticator(creds)] : []), ...(seed ? [nkeyAuthenticator(seed)] : [])];
  return {
    servers: [...servers],
    name: `earwitness ${address.cloud}`,
    timeout: CONNECT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    pingInterval: PING_MS,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
    ...(authenticators.length > 0 && { authenticator: authenticators }),
    ...(token !== undefined && { token }),
    ...(user !== undefined && { user, pass: password }),
    ...(isTls && { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } }),
  };
}

function sentenceOf(error: unknown, where: string, { isTls, cert }: NatsAddress): string {
  const said = error instanceof Error ? error.message : String(error);
  const name = error instanceof Error ? error.name : '';
  if (name === 'AuthorizationError' || /authorization violation|authentication/i.test(said)) {
    return `the NATS server at ${where} refuses these credentials (${said}). Give user and password in the address, or 'creds', 'nkey' or 'token'.`;
  }
  if (/certificate|self.signed|tls|ssl|altname/i.test(said)) {
    return `there is no TLS connection to the NATS server at ${where} (${said}). 'ca' names the PEM file of its authority, 'cert' and 'key' the client's.`;
  }
  if (/^nkeys: |parse credentials/.test(said)) {
    return `the file of 'creds' or 'nkey' has no credentials in it (${said}). Expected is what 'nsc generate creds' writes, or the seed of a user's nkey (SU…).`;
  }
  // Whoever is refused for its certificate is not told so.
  if (isTls && /timeout/i.test(said)) {
    const given =
      cert === undefined
        ? 'a certificate of the client, and none is given'
        : "another certificate than the one of 'cert'";
    return `the NATS server at ${where} says nothing over TLS (${said}). It may want ${given}: 'cert' and 'key' name the PEM files of one that it takes.`;
  }
  return `no NATS server answers at ${where} (${said}). Start one with 'nats-server -js', or give another address.`;
}
