// Poll: Momento's subscription over plain HTTP. Answers as soon as there is an item or a discontinuity, however long
// that takes. A caller that names no sequence number gets what comes next, never a discontinuity: browser code in the
// wild reads `items[0].item` unasked.
import type { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { HttpDiscontinuity, HttpItem, HttpPollBody } from '@earwitness/protocol/internal/momento/http';
import type { Caller } from '../key.ts';
import type { Parts } from '../parts.ts';
import type { ItemEntry, Reader, Topic } from '../topic/topic.ts';
import { type Admission, admitSubscriber, type SubscribeInput, watchExpiry } from './subscribe.ts';

/** Ours: items in one answer. */
const MAX_ITEMS = 100;

/**
 * @param identify says who asks; @param signal aborts when the caller is gone.
 * @throws what `admitSubscriber` throws; NOT_FOUND_ERROR or SERVER_UNAVAILABLE when the topic ends;
 * AUTHENTICATION_ERROR when the key expires while the poll waits; the signal's reason.
 */
export async function poll(
  parts: Parts,
  input: Omit<SubscribeInput, 'via'>,
  { identify, signal }: { readonly identify: () => Caller; readonly signal: AbortSignal },
): Promise<HttpPollBody> {
  const admission = await admitSubscriber(parts, { ...input, via: 'http' }, identify);
  let forgetExpiry = () => {};
  try {
    const body = await new Promise<HttpPollBody>((resolve, reject) => {
      const waiting = new Poll(admission, { resumes: input.resumeAt !== 0, resolve, reject });
      forgetExpiry = watchExpiry(parts.platform, admission.caller, (error) => waiting.leave(error));
      signal.addEventListener('abort', () => waiting.leave(signal.reason), { once: true });
      waiting.start().catch(reject);
      if (signal.aborted) waiting.leave(signal.reason);
    });
    admission.record.closed('answered');
    return body;
  } catch (error) {
    admission.record.closed(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    forgetExpiry();
  }
}

interface Waiting {
  /** The caller named a number, so it understands discontinuities. */
  readonly resumes: boolean;
  readonly resolve: (body: HttpPollBody) => void;
  readonly reject: (reason: unknown) => void;
}

class Poll implements Reader {
  readonly #admission: Admission;
  readonly #waiting: Waiting;
  #topic: Topic;
  #next: number;
  #reading = false;
  /** Something was published while the log was read: what was read may lack it. */
  #isMore = false;
  #isOver = false;

  constructor(admission: Admission, waiting: Waiting) {
    this.#admission = admission;
    this.#waiting = waiting;
    this.#topic = admission.topic;
    this.#next = admission.start.next;
  }

  async start(): Promise<void> {
    const { discontinuity } = this.#admission.start;
    this.#topic.join(this);
    this.#reading = true;
    do {
      this.#isMore = false;
      const topic = this.#topic;
      const entries = await topic.read(this.#next, MAX_ITEMS);
      if (this.#isOver) return;
      // The topic may have started anew meanwhile.
      if (topic !== this.#topic) this.#isMore = true;
      else if (discontinuity) this.#answer([this.#discontinuity(discontinuity.last), ...this.#items(entries)]);
      else if (entries.length > 0) this.#answer(this.#items(entries));
    } while (this.#isMore && !this.#isOver);
    this.#reading = false;
  }

  deliver(entry: ItemEntry): void {
    if (this.#reading) this.#isMore = true;
    else if (entry.sequence >= this.#next) this.#answer(this.#items([entry]));
  }

  move(successor: Topic): void {
    const last = this.#next - 1;
    this.#topic = successor;
    this.#next = 1;
    if (this.#waiting.resumes) this.#answer([this.#discontinuity(last)]);
    else successor.join(this);
  }

  end(error: ServiceError): void {
    this.leave(error);
  }

  leave(reason: unknown): void {
    this.#isOver = true;
    this.#topic.leave(this);
    this.#waiting.reject(reason);
  }

  #answer(items: HttpPollBody['items']): void {
    this.#isOver = true;
    this.#topic.leave(this);
    this.#waiting.resolve({ items });
  }

  #items(entries: readonly ItemEntry[]): HttpItem[] {
    return entries.map((entry) => {
      this.#admission.record.received(this.#topic, entry);
      const { value } = entry.value;
      return {
        item: {
          topic_sequence_number: entry.sequence,
          sequence_page: this.#topic.page,
          value: value.kind === 'text' ? { text: value.text } : { binary: value.base64 },
        },
      };
    });
  }

  #discontinuity(last: number): HttpDiscontinuity {
    return {
      discontinuity: {
        last_topic_sequence: last,
        new_topic_sequence: this.#next,
        new_sequence_page: this.#topic.page,
      },
    };
  }
}
