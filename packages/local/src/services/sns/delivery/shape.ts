// What an endpoint gets of a message: as it is, in an envelope, or as an event. The envelope is signed once for all
// subscribers of a message.
import {
  createNotification,
  envelopeText,
  functionEvent,
  type Notification,
  type Surroundings,
} from '../message/envelope.ts';
import { type Message, textFor } from '../message/message.ts';
import { isRaw, type Subscription } from '../subscription.ts';
import type { Shaped } from './endpoint.ts';

const NO_ATTRIBUTES = {};

export class Shaper {
  readonly #surroundings: Surroundings;
  /** Of a message under way, by protocol where those differ. */
  readonly #notifications = new WeakMap<Message, Map<string, Promise<Notification>>>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  async shape(message: Message, subscription: Subscription): Promise<Shaped> {
    const { protocol } = subscription;
    if (isRaw(subscription)) return { body: textFor(message, protocol), attributes: message.attributes };
    const notification = await this.#notification(message, protocol);
    const { url } = this.#surroundings;
    const body =
      protocol === 'lambda'
        ? functionEvent(notification, message, subscription, url)
        : envelopeText(notification, subscription, url);
    return { body, attributes: NO_ATTRIBUTES };
  }

  /** Texts for many queues. */
  async shapeAll(message: Message, queues: readonly Subscription[]): Promise<string[]> {
    const raw = textFor(message, 'sqs');
    if (queues.every(isRaw)) return queues.map(() => raw);
    const notification = await this.#notification(message, 'sqs');
    const { url } = this.#surroundings;
    return queues.map((queue) => (isRaw(queue) ? raw : envelopeText(notification, queue, url)));
  }

  /** The same for a dead-letter queue: a function's message comes there in an envelope. Source: recorded on AWS. */
  async shapeDeadLetter(message: Message, subscription: Subscription): Promise<Shaped> {
    if (subscription.protocol !== 'lambda') return this.shape(message, subscription);
    const notification = await this.#notification(message, 'lambda');
    const body = envelopeText(notification, subscription, this.#surroundings.url);
    return { body, attributes: NO_ATTRIBUTES };
  }

  #notification(message: Message, protocol: string): Promise<Notification> {
    let byProtocol = this.#notifications.get(message);
    if (!byProtocol) {
      byProtocol = new Map();
      this.#notifications.set(message, byProtocol);
    }
    const key = message.byProtocol === undefined ? '' : protocol;
    let notification = byProtocol.get(key);
    if (!notification) {
      notification = createNotification(message, protocol, this.#surroundings);
      byProtocol.set(key, notification);
    }
    return notification;
  }
}
