// An event bus heard without any topic: a queue and a rule that sends every event of the bus to it, made for the time
// of the subscription (tap.ts) and removed on closing. Needs AWS credentials, or the local cloud. A standard queue
// promises neither order nor that a message comes only once.
import { parseMessage } from '../../event.ts';
import { CanaryProof } from '../../hearing/canary-proof.ts';
import { wallClock } from '../../hearing/clock.ts';
import { createProbe, probeId } from '../../hearing/probe.ts';
import {
  type Item,
  type OpenTransport,
  type Transport,
  TransportError,
  type TransportListener,
} from '../../hearing/transport.ts';
import { advise } from '../advise.ts';
import { createSqsTransport } from '../sqs.ts';
import { loadTapSdk, makeTap, removeOrphans, removeTap, type Tap, type TapClients } from './tap.ts';

/** Which bus. */
export interface BusOptions {
  /** Name or ARN. */
  readonly bus: string;
}

/** How long a new rule may take until it sees events, ms. Ours: AWS says "a short period of time". */
const RULE_LIMIT_MS = 60_000;

/** Every event of a bus, with the credentials, region and endpoint of the environment. */
export function createBusTransport({ bus }: BusOptions): Transport {
  const open = new Set<TapClients>();
  const sendCanary = async (id: string) => {
    const [clients] = open;
    if (clients) await putProbe(clients, bus, id);
  };
  const transport: Transport = {
    name: `bus ${bus}`,
    topic: bus,
    bus,
    carriesTrace: true,
    sendCanary,
    async open(listener, signal) {
      const clients = await loadTapSdk();
      let tap: Tap | undefined;
      let queue: OpenTransport | undefined;
      const close = async () => {
        open.delete(clients);
        await queue?.close();
        if (tap) await removeTap(clients, bus, tap);
        clients.close();
      };
      try {
        await removeOrphans(clients, bus);
        signal?.throwIfAborted();
        tap = await makeTap(clients, bus);
        open.add(clients);
        const proof = new CanaryProof([transport], wallClock, undefined);
        const item = (one: Item) => {
          const probe = probeId(parseMessage(one.text));
          if (probe !== undefined) proof.received(probe, transport);
          listener.item(one);
        };
        queue = await createSqsTransport({ queueUrl: tap.queueUrl }).open(withItems(listener, item), signal);
        // A new rule sees events only after a while.
        await proof.proveAtStart(signal, RULE_LIMIT_MS);
      } catch (cause) {
        await close();
        signal?.throwIfAborted();
        throw refusal(bus, cause);
      }
      return { close };
    },
  };
  return transport;
}

/** The listener, with its own handling of items. */
function withItems(listener: TransportListener, item: (item: Item) => void): TransportListener {
  return {
    item,
    gap: (gap) => listener.gap(gap),
    interrupted: (cause) => listener.interrupted(cause),
    resumed: () => listener.resumed(),
    lost: (cause) => listener.lost(cause),
  };
}

async function putProbe({ events, eventBridge }: TapClients, bus: string, id: string): Promise<void> {
  const { source, 'detail-type': type, detail } = createProbe(id);
  const entry = { EventBusName: bus, Source: source, DetailType: type, Detail: JSON.stringify(detail) };
  const { Entries = [] } = await events.send(new eventBridge.PutEventsCommand({ Entries: [entry] }));
  const [{ ErrorCode: code, ErrorMessage: message } = {}] = Entries;
  if (code !== undefined) throw new TransportError(`bus ${bus} refused a probe: ${message ?? code}`, { code });
}

function refusal(bus: string, cause: unknown): TransportError {
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
  const remedy = /ResourceNotFound/.test(name)
    ? 'Check the name of the bus, and AWS_REGION'
    : /Credentials|Token|Signature|AccessDenied|UnrecognizedClient/.test(name)
      ? 'Check the AWS credentials of this process: hearing a bus makes a rule and a queue'
      : '';
  return new TransportError(advise(`cannot hear bus ${bus}: ${message}`, remedy), { code: name, cause });
}
