// Reads a stream in order, from one sequence on, each message once: a consumer without acknowledgements that is made
// anew behind the last message whenever one is missing, the server is silent, or the connection was broken.
// (JetStream's "ordered consumer"; made here so that reading holds back the server, and knows when it has come to an
// end.)
import type { Msg } from '@nats-io/transport-node';
import { createInbox } from '@nats-io/transport-node';
import { ServerAway, type StreamMessage } from '../shared/server.ts';
import { askApi, CODES } from './api.ts';
import type { Hearing, Link } from './link.ts';

/** Ours: the server says so often that it is there, when there is nothing else to say. */
const HEARTBEAT_MS = 2000;
/** Ours: after so long a silence another consumer is made. */
const SILENCE_MS = 5000;
/** Ours: how often it is tried at first; each time with an inbox of its own, as one that was late sends, too. */
const START_ATTEMPTS = 15;
/** Ours: pause after a consumer could not be made. */
const RETRY_MS = 500;

export interface Reading {
  readonly stream: string;
  /** Of the server: with the cloud's name. */
  readonly filter: string;
  readonly from: number;
  /** What the server puts before each subject, and we do not. */
  readonly prefix: string;
  /** Messages come without their data. Default: false. */
  readonly isBare?: boolean;
  readonly onMessage: (message: StreamMessage) => void;
  /** After everything that there is was handed out. */
  readonly onEnd?: () => void;
  /** The server waits until `goOn` is called, before it sends much more. Default: it is called at once. */
  readonly onFull?: (goOn: () => void) => void;
}

export class Reader {
  readonly #link: Link;
  readonly #reading: Reading;
  readonly #leaveLink: () => void;
  #next: number;
  #isOver = false;
  #consumer: { readonly hearing: Hearing; name: string; delivered: number; isHeard: boolean } | undefined;
  #isMaking = false;

  constructor(link: Link, reading: Reading) {
    this.#link = link;
    this.#reading = reading;
    this.#next = Math.max(reading.from, 1);
    this.#leaveLink = link.onReconnect(() => this.#makeAnew());
    this.#watch();
  }

  /** @throws ServerAway, ServerRefuses */
  async start(): Promise<void> {
    for (let left = START_ATTEMPTS; ; ) {
      try {
        await this.#make();
        return;
      } catch (error) {
        if (!(error instanceof ServerAway) || !this.#link.isPatient || --left === 0) {
          this.stop();
          throw error;
        }
        await this.#link.sleep(RETRY_MS);
      }
    }
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#leaveLink();
    this.#drop();
  }

  async #make(): Promise<void> {
    this.#drop();
    await this.#link.ready();
    const inbox = createInbox();
    const hearing = this.#link.subscribe(inbox, (message) => {
      if (this.#consumer?.hearing === hearing) this.#take(message);
    });
    const consumer = { hearing, name: '', delivered: 0, isHeard: true };
    this.#consumer = consumer;
    const { stream, filter, isBare = false } = this.#reading;
    if (this.#next > this.#reading.from) await this.#goBack();
    const answer = await askApi(
      this.#link,
      `CONSUMER.CREATE.${stream}`,
      {
        stream_name: stream,
        config: {
          deliver_subject: inbox,
          deliver_policy: 'by_start_sequence',
          opt_start_seq: this.#next,
          filter_subject: filter,
          ack_policy: 'none',
          max_deliver: 1,
          replay_policy: 'instant',
          flow_control: true,
          idle_heartbeat: HEARTBEAT_MS * 1e6,
          mem_storage: true,
          headers_only: isBare,
          num_replicas: 1,
        },
      },
      { isPatient: false },
    );
    if (answer.is === 'done') {
      consumer.name = String(answer.body['name']);
      if (this.#isOver || this.#consumer !== consumer) this.#forget(consumer.name);
      else if (answer.body['num_pending'] === 0 && consumer.delivered === 0) this.#reading.onEnd?.();
    }
  }

  /** A stream whose leader died may go on with smaller sequences; what comes then is new all the same. */
  async #goBack(): Promise<void> {
    const info = await askApi(this.#link, `STREAM.INFO.${this.#reading.stream}`, undefined, { isPatient: false });
    const state = info.is === 'done' ? Object(info.body['state']) : {};
    this.#next = Math.min(this.#next, Number(state.last_seq ?? 0) + 1);
  }

  #take(message: Msg): void {
    const consumer = this.#consumer;
    if (!consumer) return;
    consumer.isHeard = true;
    const { headers, reply } = message;
    if (headers?.code === 100) {
      const stalled = reply || headers.get('Nats-Consumer-Stalled');
      if (stalled) {
        const goOn = () => this.#link.nc.publish(stalled);
        if (this.#reading.onFull) this.#reading.onFull(goOn);
        else goOn();
      }
      const last = headers.get('Nats-Last-Consumer');
      if (last && Number(last) !== consumer.delivered) this.#makeAnew();
      return;
    }
    const place = placeOf(reply);
    if (!place) return;
    if (place.consumer !== consumer.delivered + 1) {
      this.#makeAnew();
      return;
    }
    consumer.delivered = place.consumer;
    if (place.stream >= this.#next) {
      this.#next = place.stream + 1;
      this.#reading.onMessage({
        subject: message.subject.slice(this.#reading.prefix.length),
        sequence: place.stream,
        data: message.data,
      });
    }
    if (place.pending === 0 && !this.#isOver) this.#reading.onEnd?.();
  }

  /** Until it worked. */
  #makeAnew(): void {
    if (this.#isOver || this.#isMaking) return;
    this.#isMaking = true;
    const attempt = async (): Promise<void> => {
      while (!this.#isOver) {
        try {
          await this.#make();
          break;
        } catch {
          await this.#link.sleep(RETRY_MS);
        }
      }
      this.#isMaking = false;
    };
    void attempt();
  }

  #watch(): void {
    this.#link.clock.setWireTimer(SILENCE_MS, () => {
      if (this.#isOver) return;
      if (this.#consumer && !this.#consumer.isHeard && this.#link.isConnected) this.#makeAnew();
      if (this.#consumer) this.#consumer.isHeard = false;
      this.#watch();
    });
  }

  #drop(): void {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    if (!consumer) return;
    consumer.hearing.end();
    if (consumer.name) this.#forget(consumer.name);
  }

  /** The server forgets it by itself, too, 5 s after nobody listens any more. */
  #forget(name: string): void {
    if (!this.#link.isConnected) return;
    const asking = { answers: [CODES.streamNotFound, CODES.consumerNotFound], isPatient: false };
    askApi(this.#link, `CONSUMER.DELETE.${this.#reading.stream}.${name}`, undefined, asking).catch(() => {});
  }
}

/**
 * Where a message stands, by the subject on which it would be acknowledged:
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>.<consumer's sequence>.<time>.<pending>`, or with a domain and an
 * account before the stream. Source: nats-server, ADR-15.
 */
function placeOf(reply: string | undefined): { stream: number; consumer: number; pending: number } | undefined {
  const tokens = reply?.split('.') ?? [];
  const first = tokens.length === 9 ? 4 : 6;
  if (tokens.length < 9 || tokens[1] !== 'ACK') return undefined;
  const [stream = 0, consumer = 0, , pending = 0] = tokens.slice(first + 1, first + 5).map(Number);
  return { stream, consumer, pending };
}
