// Messages of another service, many at once: as SendMessage would take each, for senders whom the queue has let send
// before. Whatever else is to be said of a message (a FIFO queue, a size, a policy that was never asked), SendMessage
// says.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import type { Letter, Service } from '../../service.ts';
import type { MessageContent } from './message.ts';
import { hasOnlyCharacters, md5Hex } from './message-attributes.ts';
import type { Parts } from './parts.ts';
import { attributeNumber, isFifo, type Queue, type QueueRecord } from './queue.ts';
import { senderKey } from './queues.ts';

const NO_ATTRIBUTES = {};
/** Ours: ARNs that are kept in parts. */
const KEPT_PLACES = 10_000;

type QueuePlace = Pick<QueueRecord, 'account' | 'region' | 'name'>;

export function createPost({ platform, queues }: Parts): NonNullable<Service['post']> {
  const places = new Map<string, QueuePlace>();
  /** The same queues come again and again. */
  function find(queueArn: string): Queue | undefined {
    let place = places.get(queueArn);
    if (!place) {
      const { account = '', region = '', resource = '' } = parseArn(queueArn) ?? {};
      place = { account, region, name: resource };
      if (places.size >= KEPT_PLACES) places.clear();
      places.set(queueArn, place);
    }
    return queues.find(place);
  }

  return (letters, sender) => {
    // A fault stands before queues: SendMessage meets it.
    if (platform.faults.isAny) return Promise.resolve(letters.map(() => undefined));
    const now = platform.clock.now();
    const from = senderKey(sender);
    // Many queues get the same text: they keep it once.
    let last: Kept | undefined;
    const take = ({ queueArn, body, group }: Letter): Promise<string> | undefined => {
      const queue = find(queueArn);
      if (!queue || isFifo(queue.record) || !queues.letsIn(queue, from)) return undefined;
      const { record, messages } = queue;
      if (last?.content.body !== body || last.content.senderId !== record.account) {
        if (!hasOnlyCharacters(body)) return undefined;
        last = keep(body, record.account, sender.traceId);
      }
      if (last.sizeBytes > attributeNumber(record, 'MaximumMessageSize')) return undefined;
      const visibleAt = now + attributeNumber(record, 'DelaySeconds') * 1000;
      const id = platform.ids.uuid();
      return messages.send({ id, content: last.content, sentAt: now, visibleAt, group }).then((sent) => sent.id);
    };
    return Promise.all(letters.map(take));
  };
}

interface Kept {
  readonly content: MessageContent;
  readonly sizeBytes: number;
}

function keep(body: string, senderId: string, traceHeader: string | undefined): Kept {
  const content = {
    ...{ body, md5OfBody: md5Hex(body), attributes: NO_ATTRIBUTES },
    ...{ traceHeader, senderId, deduplicationId: undefined, deadLetterSource: undefined },
  };
  return { content, sizeBytes: Buffer.byteLength(body) };
}
