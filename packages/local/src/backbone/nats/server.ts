// The port `shared/server.ts` on NATS JetStream, 2.9 and newer. What is served of it and what is not: README.md.
import type { ServerState, StreamState } from '@earwitness/protocol/internal/admin/cloud-nodes';
import { percentEncode } from '@earwitness/protocol/internal/text/percent-encode';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { NobodyAnswers, type Server, ServerAway, ServerRefuses, type Stream } from '../shared/server.ts';
import type { NatsAddress } from './address.ts';
import { askApi, CODES, errorIn, isNobody, parseJson } from './api.ts';
import { describeServer, describeStreams } from './describe.ts';
import { checkFormat } from './format.ts';
import { type Link, NoReply, openLink, type WireClock } from './link.ts';
import { BackboneError } from './problem.ts';
import { openStream, streamName } from './stream.ts';
import { isAtLeast } from './version.ts';

/** Oldest server: the first with direct gets and `mem_storage` of consumers. */
const OLDEST = [2, 9, 0] as const;
/** Ours: room for headers and inboxes in a message. */
const HEADER_BYTES = 1024;
/** Ours: less is no use. */
const SMALLEST_MESSAGE = 64 * 1024;

/** Ours: how often, and for how long it is asked for JetStream before it is taken for absent. */
const INFO_ATTEMPTS = 4;
const INFO_MS = 2500;

export interface NatsServer extends Server {
  /** What may happen with the server's version. */
  readonly caution: string | undefined;
  /** What a person may ask. @throws ServerAway */
  describe(): Promise<{ readonly server: ServerState; readonly streams: readonly StreamState[] }>;
}

/** @throws BackboneError when there is no such server, or it cannot be used: what is wrong, and how to mend it. */
export async function connectNats(address: NatsAddress, { clock }: { readonly clock: WireClock }): Promise<NatsServer> {
  const link = await openLink(address, clock);
  try {
    const isCluster = await checkServer(link, address);
    const server = serverOf(link, address.cloud, address.replicas ?? (isCluster ? 3 : 1));
    await checkFormat(server, address.cloud);
    return server;
  } catch (error) {
    await link.close();
    if (error instanceof ServerAway || error instanceof ServerRefuses)
      throw new BackboneError(`backbone: ${address.servers.join(', ')}: ${error.message}`, error);
    throw error;
  }
}

/** Resolves with whether it is one of a cluster. */
async function checkServer(link: Link, { servers }: NatsAddress): Promise<boolean> {
  const where = servers.join(', ');
  const { version = '', max_payload = 0, cluster } = link.nc.info ?? {};
  if (!isAtLeast(version, OLDEST))
    throw new BackboneError(`backbone: the NATS server at ${where} is ${version}. Expected is 2.9.0 or newer.`);
  if (max_payload < SMALLEST_MESSAGE) {
    throw new BackboneError(
      `backbone: the NATS server at ${where} takes messages of ${max_payload} bytes (max_payload). Expected are ${SMALLEST_MESSAGE} or more.`,
    );
  }
  const error = await askForJetStream(link).catch((error: unknown) => {
    if (!(error instanceof NoReply)) throw error;
    throw new BackboneError(
      `backbone: JetStream of the NATS server at ${where} does not answer (${error.message}${link.complaint}). In a cluster, most of its servers have to run; a user needs the permission to publish to '$JS.API.>'.`,
      error,
    );
  });
  if (error) {
    throw new BackboneError(
      `backbone: the NATS server at ${where} has no JetStream for this account (${error}). Start it with 'nats-server -js', or with 'jetstream { store_dir: … }' in its configuration.`,
    );
  }
  return cluster !== undefined && cluster !== '';
}

/** Resolves with why there is none. A cluster that was just started needs a while. @throws NoReply */
async function askForJetStream(link: Link): Promise<string | undefined> {
  for (let left = INFO_ATTEMPTS; ; ) {
    try {
      const answer = await link.ask('$JS.API.INFO', '', { timeoutMs: INFO_MS });
      if (isNobody(answer)) return 'nobody answers for it';
      return errorIn(parseJson(answer) ?? {})?.description;
    } catch (error) {
      if (--left === 0) throw error;
    }
  }
}

function serverOf(link: Link, cloud: string, replicas: number): NatsServer {
  const streams = new Map<string, Promise<Stream>>();
  const asked = (name: string) => `${cloud}.@ask.${name}`;
  const told = (name: string) => `${cloud}.@tell.${name}`;
  return {
    maxBytes: (link.nc.info?.max_payload ?? SMALLEST_MESSAGE) - HEADER_BYTES,
    stream(name) {
      let stream = streams.get(name);
      if (!stream) {
        stream = openStream(link, { cloud, name, replicas });
        streams.set(name, stream);
        stream.catch(() => streams.delete(name));
      }
      return stream;
    },
    async removeStream(name) {
      streams.delete(name);
      const asking = { answers: [CODES.streamNotFound] };
      await askApi(link, `STREAM.DELETE.${streamName(cloud, name)}`, undefined, asking);
    },
    async ask(name, data, { timeoutMs, signal }) {
      await link.ready();
      try {
        const reply = await link.ask(asked(name), data, { timeoutMs, ...(signal && { signal }) });
        if (isNobody(reply)) throw new NobodyAnswers(name);
        const failure = reply.headers?.get(FAILURE);
        if (failure) throw new Error(decodeURIComponent(failure));
        return reply.data;
      } catch (error) {
        if (error instanceof NoReply) throw new ServerAway(`a question to '${name}': ${error.message}`, error);
        throw error;
      }
    },
    async answer(name, answer) {
      await link.ready();
      const hearing = link.subscribe(asked(name), (message) => {
        answer(message.data)
          .then(
            (data) => message.respond(data),
            (error: unknown) => message.respond('', { headers: failed(error) }),
          )
          // The connection was closed meanwhile.
          .catch(() => {});
      });
      await link.known(hearing);
      return () => hearing.end();
    },
    tell(name, data) {
      if (link.isConnected) link.nc.publish(told(name), data);
    },
    async hear(name, listener) {
      await link.ready();
      const hearing = link.subscribe(told(name), (message) => listener(message.data));
      await link.known(hearing);
      return () => hearing.end();
    },
    caution: describeServer(link, cloud).caution,
    describe: async () => ({ server: describeServer(link, cloud), streams: await describeStreams(link, cloud) }),
    close: () => link.close(),
  };
}

/** What an answer says that failed. */
const FAILURE = 'Earwitness-Failure';

function failed(error: unknown): MsgHdrs {
  const made = headers();
  made.set(FAILURE, percentEncode(error instanceof Error ? error.message : String(error)));
  return made;
}
