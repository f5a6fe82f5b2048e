// A stream of JetStream as the backbone uses it: made with what it needs, and checked for having it, because a server
// passes over settings that it does not know.
import {
  type MessagePlace,
  type PublishOptions,
  ServerRefuses,
  type Stream,
  type StreamMessage,
} from '../shared/server.ts';
import { askApi, askRaw, CODES } from './api.ts';
import type { Link } from './link.ts';
import { BackboneError } from './problem.ts';
import { Publisher } from './publisher.ts';
import { Reader } from './reader.ts';
import { isAtLeast } from './version.ts';

export interface StreamPlace {
  readonly cloud: string;
  /** As the backbone calls it. */
  readonly name: string;
  /** Where it has to be made: on how many servers. */
  readonly replicas: number;
}

/** Messages that a reader may have here before the server is held back. */
const MAX_READ_AHEAD = 1000;

/**
 * First server that purges some messages well. One before does not count the room that is free when they were named by
 * a filter, and one of a cluster that is killed drops all that stood there at that time when it is started again, also
 * when they were named by a sequence (findings/nats-cluster-restarts.sh). Source: nats-server, pull requests 3876, 4212
 * and 4357.
 */
const PURGES_WELL = [2, 9, 22] as const;
/** Ours: removals that are under way at once, where a purge is done one by one. */
const REMOVALS_AT_ONCE = 32;

/** Ours: for how long the server knows ids, in nanoseconds: longer than what is unsent is sent again. */
const ID_WINDOW_NS = 20 * 1e9;

/** A stream's name at the server. Clouds cannot meet: `~` is in no cloud's name. */
export function streamName(cloud: string, name: string): string {
  return `${cloud}~${name}`;
}

/** What a node is told when another one makes the same stream just then: the name is taken, or the subjects are. */
const MADE_MEANWHILE: readonly number[] = [CODES.nameInUse, CODES.subjectsOverlap];

/** @throws BackboneError, ServerAway, ServerRefuses */
export async function openStream(link: Link, place: StreamPlace): Promise<Stream> {
  const stream = streamName(place.cloud, place.name);
  const wanted = {
    name: stream,
    subjects: [`${place.cloud}.${place.name}.>`],
    retention: 'limits',
    storage: 'file',
    discard: 'old',
    max_msgs_per_subject: 1,
    max_msgs: -1,
    max_bytes: -1,
    max_age: 0,
    max_msg_size: -1,
    max_consumers: -1,
    allow_direct: true,
  };
  let answer = await askApi(link, `STREAM.INFO.${stream}`, undefined, { answers: [CODES.streamNotFound] });
  if (answer.is === 'error') {
    const asking = { answers: [CODES.noPeers, ...MADE_MEANWHILE] };
    const num_replicas = place.replicas;
    const config = { ...wanted, num_replicas, duplicate_window: ID_WINDOW_NS };
    answer = await askApi(link, `STREAM.CREATE.${stream}`, config, asking);
    if (answer.is === 'error' && MADE_MEANWHILE.includes(answer.error.err_code)) {
      const { err_code, description } = answer.error;
      // The subjects may be those of another stream.
      const answers = err_code === CODES.subjectsOverlap ? [CODES.streamNotFound] : [];
      answer = await askApi(link, `STREAM.INFO.${stream}`, undefined, { answers });
      if (answer.is === 'error') throw new ServerRefuses(description);
    }
    if (answer.is === 'error') {
      throw new BackboneError(
        `backbone: the cluster has not the ${num_replicas} servers on which the stream '${stream}' is to be kept (${answer.error.description}). Start them, or say replicas=1: then it is lost with its only server.`,
      );
    }
  }
  const config: Record<string, unknown> = { ...Object(answer.body['config']) };
  for (const [key, value] of Object.entries(wanted)) {
    if (JSON.stringify(config[key] ?? false) === JSON.stringify(value)) continue;
    throw new BackboneError(
      `backbone: the stream '${stream}' has ${key} ${JSON.stringify(config[key])}. Expected is ${JSON.stringify(value)}: it was made by something else, or by a server older than 2.9. Remove it, or give the cloud another name in the address.`,
    );
  }
  return streamOf(link, { ...place, replicas: Number(config['num_replicas'] ?? 1) });
}

function streamOf(link: Link, { cloud, name, replicas }: StreamPlace): Stream {
  const stream = streamName(cloud, name);
  const prefix = `${cloud}.`;
  const newestOf = async (subject: string) => (await newest(subject.slice(prefix.length)))?.sequence ?? 0;
  const publisher = new Publisher(link, name, newestOf);
  const purgesWell = isAtLeast(link.nc.info?.version ?? '', PURGES_WELL);
  let era = '';
  const filterOf = (filter: string) => (filter === '>' ? `${prefix}${name}.>` : `${prefix}${filter}`);

  /**
   * The newest message. Of several servers the leader is asked: another one may not have yet what was acknowledged.
   */
  async function newest(filter: string): Promise<StreamMessage | undefined> {
    const body = { last_by_subj: filterOf(filter) };
    if (replicas === 1) {
      const message = await askRaw(link, `DIRECT.GET.${stream}`, body);
      if (message.headers?.code === 404) return undefined;
      if (!message.headers?.get('Nats-Sequence'))
        throw new ServerRefuses(message.headers?.description ?? message.string());
      const subject = message.headers.get('Nats-Subject').slice(prefix.length);
      return { subject, sequence: Number(message.headers.get('Nats-Sequence')), data: message.data };
    }
    const answer = await askApi(link, `STREAM.MSG.GET.${stream}`, body, { answers: [CODES.noMessage] });
    if (answer.is === 'error') return undefined;
    const found: Record<string, unknown> = { ...Object(answer.body['message']) };
    const data = new Uint8Array(Buffer.from(String(found['data'] ?? ''), 'base64'));
    return { subject: String(found['subject']).slice(prefix.length), sequence: Number(found['seq']), data };
  }

  async function lastSequence(): Promise<number> {
    const answer = await askApi(link, `STREAM.INFO.${stream}`, undefined);
    const { state, cluster } = Object(answer.is === 'done' ? answer.body : {});
    // Another server of several may count otherwise, and so may one that lost power and was started again.
    era = replicas > 1 ? String(Object(cluster).leader) : String(link.nc.info?.server_id);
    return Number(Object(state).last_seq ?? 0);
  }

  /** Whether the message is there, and not another one that has its sequence by now. */
  async function isThere({ subject, sequence }: MessagePlace): Promise<boolean> {
    const asking = { answers: [CODES.noMessage] };
    const found = await askApi(link, `STREAM.MSG.GET.${stream}`, { seq: sequence }, asking);
    return found.is === 'done' && Object(found.body['message']).subject === `${prefix}${subject}`;
  }

  /**
   * Asked once: the answer of a server that is gone is not waited for, because the next one may count otherwise. A
   * single server counts as it did until it was started again.
   */
  async function remove(place: MessagePlace): Promise<void> {
    await link.ready();
    if ((replicas > 1 || link.wasBroken) && !(await isThere(place))) return;
    const body = { seq: place.sequence, no_erase: true };
    const answers = [CODES.deleteFailed, CODES.noMessage, CODES.sequenceNotFound];
    const removed = await askApi(link, `STREAM.MSG.DELETE.${stream}`, body, { answers, isPatient: false });
    if (removed.is === 'done' || removed.error.err_code !== CODES.deleteFailed) return;
    if (await isThere(place)) throw new ServerRefuses(removed.error.description);
  }

  /** The same as a purge of some messages. */
  async function removeEach(filter: string, below: number): Promise<void> {
    let next: MessagePlace[] = [];
    for await (const message of read(filter, { isBare: true })) {
      if (message.sequence < below) next.push(message);
      if (next.length < REMOVALS_AT_ONCE) continue;
      await Promise.all(next.map(remove));
      next = [];
    }
    await Promise.all(next.map(remove));
  }

  // What stands there now ends with the newest message, as the leader has it; it may be removed or replaced meanwhile.
  async function* read(filter: string, { isBare = false } = {}): AsyncGenerator<StreamMessage> {
    const last = await newest(filter);
    if (!last) return;
    if (!/(^|\.)(\*|>)(\.|$)/.test(filter)) return yield last;
    const messages: StreamMessage[] = [];
    let wake = () => {};
    let isAtEnd = false;
    let goOn: (() => void) | undefined;
    const reader = new Reader(link, {
      stream,
      filter: filterOf(filter),
      from: 1,
      prefix,
      isBare,
      onMessage: (message) => {
        messages.push(message);
        isAtEnd = false;
        wake();
      },
      onEnd: () => {
        isAtEnd = true;
        wake();
      },
      onFull: (go) => {
        if (messages.length < MAX_READ_AHEAD) go();
        else goOn = go;
      },
    });
    await reader.start();
    try {
      let end = last.sequence;
      for (let at = 0; at < end; ) {
        const message = messages.shift();
        if (message) {
          at = message.sequence;
          if (at <= end) yield message;
        } else if (isAtEnd) {
          isAtEnd = false;
          end = Math.min(end, (await newest(filter))?.sequence ?? 0);
          if (messages.length === 0 && at < end) await link.sleep(POLL_MS);
          if (messages.length === 0) isAtEnd = true;
        } else {
          goOn?.();
          goOn = undefined;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      reader.stop();
    }
  }

  return {
    publish: (subject, data, options: PublishOptions = {}) => publisher.publish(`${prefix}${subject}`, data, options),
    newest,
    read: (filter) => read(filter),
    async follow(filter, from, listener) {
      const first = from === 'next' ? (await lastSequence()) + 1 : from;
      const reader = new Reader(link, { stream, filter: filterOf(filter), from: first, prefix, onMessage: listener });
      await reader.start();
      return () => reader.stop();
    },
    lastSequence,
    get era() {
      return era;
    },
    remove,
    async purge({ filter, below } = {}) {
      const isPurgedIll = filter !== undefined || (below !== undefined && replicas > 1);
      if (!purgesWell && isPurgedIll) return removeEach(filter ?? '>', below ?? Number.POSITIVE_INFINITY);
      await askApi(link, `STREAM.PURGE.${stream}`, {
        ...(filter !== undefined && { filter: filterOf(filter) }),
        ...(below !== undefined && { seq: below }),
      });
    },
  };
}

/** Ours: how often it is looked whether a message that is to come has come, or was removed. */
const POLL_MS = 20;
