// Receipt handles: opaque to clients; inside they name the queue, the message and the receive.
import { Buffer } from 'node:buffer';
import type { StoredMessage } from './message.ts';
import { isFifo, type Queue } from './queue.ts';
import { invalidValue, refusal } from './refusals.ts';

export function makeReceipt(queue: Queue, message: StoredMessage, nonce: string): string {
  return Buffer.from(`${queue.key} ${message.id} ${nonce}`).toString('base64');
}

/**
 * The message that a handle names, when the handle is that message's newest; `undefined` when the message is gone or was received
 * again since.
 * @throws ReceiptHandleIsInvalid when this queue never gave it out.
 */
export function findReceived(queue: Queue, receipt: string): StoredMessage | undefined {
  const [key, id] = Buffer.from(receipt, 'base64').toString().split(' ');
  if (key !== queue.key || id === undefined) {
    throw refusal('ReceiptHandleIsInvalid', `The input receipt handle "${receipt}" is not a valid receipt handle.`);
  }
  const message = queue.messages.get(id);
  return message?.receipt === receipt ? message : undefined;
}

/**
 * Deletes the message that a handle names; one that is gone already, or was received again since, is fine.
 * @throws ReceiptHandleIsInvalid; InvalidParameterValueException on a FIFO queue when the visibility timeout has ended.
 */
export function deleteReceived(queue: Queue, receipt: string, now: number): void {
  const message = findReceived(queue, receipt);
  if (!message) return;
  if (isFifo(queue.record) && message.visibleAt <= now) {
    throw invalidValue('ReceiptHandle', receipt, 'The receipt handle has expired.');
  }
  queue.messages.delete(message);
}

/** Longest time for which one receive may hide a message. Source: SQS API reference, ChangeMessageVisibility. */
const MAX_VISIBILITY_S = 43_200;

/** @throws InvalidParameterValueException, ReceiptHandleIsInvalid, with AWS's sentences. */
export function changeVisibility(queue: Queue, receipt: string, seconds: number, now: number): void {
  checkVisibilityTimeout(seconds);
  const message = findReceived(queue, receipt);
  if (!message) {
    throw invalidValue(
      'ReceiptHandle',
      receipt,
      'Message does not exist or is not available for visibility timeout change.',
    );
  }
  const visibleAt = now + seconds * 1000;
  if (visibleAt > (message.receivedAt ?? now) + MAX_VISIBILITY_S * 1000) {
    throw invalidValue(
      'VisibilityTimeout',
      seconds,
      `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_S} seconds]`,
    );
  }
  queue.messages.changeVisibility(message, visibleAt);
}

export function checkVisibilityTimeout(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_VISIBILITY_S) return;
  throw invalidValue('VisibilityTimeout', seconds, `Must be >= 0 and <= ${MAX_VISIBILITY_S}, if provided.`);
}
