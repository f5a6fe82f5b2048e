// What an endpoint gets that does not take messages raw: the envelope of queues and HTTP endpoints, and the event of
// functions. Key order and spelling are AWS's. Source: recorded on AWS (LocalStack, tests/aws/services/sns); SNS
// developer guide, "Parsing Amazon SNS message formats", read 2026-11-28.
import type { Subscription } from '../subscription.ts';
import { subscriptionArn } from '../subscription.ts';
import { type TopicPlace, topicArn } from '../topic.ts';
import { type Message, type MessageAttribute, textFor } from './message.ts';

/** What signs envelopes: the fields that are signed, by their names. */
export interface Signer {
  sign(fields: Fields, version: string): Promise<string>;
  certificateUrl(): Promise<string>;
}

type Fields = Readonly<Record<string, string>>;

/** Where this cloud is reached: `http://127.0.0.1:4566`. */
export interface Surroundings {
  readonly signer: Signer;
  readonly url: string;
}

export function unsubscribeUrl(url: string, subscription: Subscription): string {
  return `${url}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn(subscription)}`;
}

function confirmUrl(url: string, topic: TopicPlace, token: string): string {
  return `${url}/?Action=ConfirmSubscription&TopicArn=${topicArn(topic)}&Token=${token}`;
}

/** Signed in the order of their names. Source: SNS developer guide, "Verifying the signatures of SNS messages". */
export function signedText(fields: Fields): string {
  return Object.keys(fields)
    .sort()
    .map((name) => `${name}\n${fields[name]}\n`)
    .join('');
}

/** The part of a notification that is the same for all its subscribers of one protocol, signature included. */
export interface Notification {
  readonly fields: Fields;
  readonly signature: Fields;
  /** The envelope before and behind what differs between subscribers: the URL that ends a subscription. */
  readonly before: string;
  readonly behind: string;
}

export async function createNotification(
  message: Message,
  protocol: string,
  { signer }: Surroundings,
): Promise<Notification> {
  const { subject, sequenceNumber, signatureVersion } = message;
  const Timestamp = new Date(message.publishedAt).toISOString();
  const TopicArn = topicArn(message.topic);
  const Message = textFor(message, protocol);
  const fields = {
    Type: 'Notification',
    MessageId: message.id,
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
    TopicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message,
    Timestamp,
  };
  // What a FIFO topic sends is not signed. Source: recorded on AWS (LocalStack, tests/aws/services/sns).
  if (sequenceNumber !== undefined) return notificationOf(message, fields, {});
  const { Type, MessageId } = fields;
  const signed = { Message, MessageId, ...(subject !== undefined && { Subject: subject }), Timestamp, TopicArn, Type };
  const [Signature, SigningCertURL] = await Promise.all([
    signer.sign(signed, signatureVersion),
    signer.certificateUrl(),
  ]);
  return notificationOf(message, fields, { SignatureVersion: signatureVersion, Signature, SigningCertURL });
}

function notificationOf({ attributes: given }: Message, fields: Fields, signature: Fields): Notification {
  const attributes = attributeMembers(given);
  const last = attributes.length === 0 ? '' : `,\n  "MessageAttributes" : {\n${attributes.join(',\n')}\n  }`;
  const before = `{\n${membersOf({ ...fields, ...signature }).join(',\n')},\n  "UnsubscribeURL" : `;
  return { fields, signature, before, behind: `${last}\n}` };
}

/** The envelope as queues and HTTP endpoints get it: JSON in AWS's own layout. */
export function envelopeText({ before, behind }: Notification, subscription: Subscription, url: string): string {
  return before + JSON.stringify(unsubscribeUrl(url, subscription)) + behind;
}

function attributeMembers(attributes: Readonly<Record<string, MessageAttribute>>): string[] {
  return Object.entries(attributes).map(
    ([name, { type, value }]) =>
      `    ${JSON.stringify(name)} : {"Type":${JSON.stringify(type)},"Value":${JSON.stringify(value)}}`,
  );
}

function membersOf(texts: Fields): string[] {
  return Object.entries(texts).map(([name, text]) => `  "${name}" : ${JSON.stringify(text)}`);
}

/**
 * The event of a function: one record. `SigningCertUrl` and `UnsubscribeUrl` are spelt so, Subject is null where there
 * is none, and the signature's version is said to be 1 also where it is 2. Source: recorded on AWS (LocalStack).
 */
export function functionEvent(
  { fields, signature }: Notification,
  message: Message,
  subscription: Subscription,
  url: string,
): string {
  const { SigningCertURL, Signature } = signature;
  const attributes = Object.entries(message.attributes).map(([name, { type, value }]) => [
    name,
    { Type: type, Value: value },
  ]);
  const { Type, MessageId, TopicArn, Subject = null, Message, Timestamp } = fields;
  const record = {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: subscriptionArn(subscription),
    Sns: {
      ...{ Type, MessageId, TopicArn, Subject, Message, Timestamp },
      ...(Signature !== undefined && { SignatureVersion: '1', Signature, SigningCertUrl: SigningCertURL }),
      UnsubscribeUrl: unsubscribeUrl(url, subscription),
      MessageAttributes: Object.fromEntries(attributes),
    },
  };
  return JSON.stringify({ Records: [record] });
}

/** What asks an endpoint to confirm that it is subscribed, or tells it that it no longer is. */
export async function confirmationText(
  type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
  { subscription, token, id, now, version }: Confirmation,
  { signer, url }: Surroundings,
): Promise<string> {
  const TopicArn = topicArn(subscription.topic);
  const SubscribeURL = confirmUrl(url, subscription.topic, token);
  const Message =
    type === 'SubscriptionConfirmation'
      ? `You have chosen to subscribe to the topic ${TopicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`
      : `You have chosen to deactivate subscription ${subscriptionArn(subscription)}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`;
  const Timestamp = new Date(now).toISOString();
  const signed = { Message, MessageId: id, SubscribeURL, Timestamp, Token: token, TopicArn, Type: type };
  const Signature = await signer.sign(signed, version);
  const texts = {
    ...{ Type: type, MessageId: id, Token: token, TopicArn, Message, SubscribeURL, Timestamp },
    ...{ SignatureVersion: version, Signature, SigningCertURL: await signer.certificateUrl() },
  };
  return `{\n${membersOf(texts).join(',\n')}\n}`;
}

export interface Confirmation {
  readonly subscription: Subscription;
  readonly token: string;
  /** The message's. */
  readonly id: string;
  /** Epoch ms. */
  readonly now: number;
  /** Of the signature. */
  readonly version: string;
}
