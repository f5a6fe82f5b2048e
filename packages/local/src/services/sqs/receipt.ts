// Receipt handles: opaque to clients; inside they name the queue and the receive.
import { Buffer } from 'node:buffer';
import type { Queue } from './queue.ts';
import { invalidValue, refusal } from './refusals.ts';

export function makeReceipt(queue: Queue, receipt: string): string {
  return Buffer.from(`${queue.key} ${receipt}`).toString('base64');
}

/**
 * What a handle names for the backbone.
 * @throws ReceiptHandleIsInvalid when this queue never gave it out.
 */
function parseReceipt(queue: Queue, handle: string): string {
  const text = Buffer.from(handle, 'base64').toString();
  if (text.startsWith(`${queue.key} `)) return text.slice(queue.key.length + 1);
  throw refusal('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
}

/**
 * Deletes the message that a handle names; one that is gone already, or was received again since, is fine.
 * @throws ReceiptHandleIsInvalid; InvalidParameterValueException on a FIFO queue when the visibility timeout has ended.
 */
export async function deleteReceived(queue: Queue, handle: string): Promise<void> {
  const outcome = await queue.messages.delete(parseReceipt(queue, handle));
  if (outcome === 'late') throw invalidValue('ReceiptHandle', handle, 'The receipt handle has expired.');
}

/** Longest time for which one receive may hide a message. Source: SQS API reference, ChangeMessageVisibility. */
const MAX_VISIBILITY_S = 43_200;

/** @throws InvalidParameterValueException, ReceiptHandleIsInvalid, with AWS's sentences. */
export async function changeVisibility(queue: Queue, handle: string, seconds: number, now: number): Promise<void> {
  checkVisibilityTimeout(seconds);
  const receipt = parseReceipt(queue, handle);
  const outcome = await queue.messages.hide(receipt, now + seconds * 1000, MAX_VISIBILITY_S * 1000);
  if (outcome === 'unknown') {
    throw invalidValue(
      'ReceiptHandle',
      handle,
      'Message does not exist or is not available for visibility timeout change.',
    );
  }
  if (outcome === 'too long') {
    throw invalidValue(
      'VisibilityTimeout',
      seconds,
      `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_S} seconds]`,
    );
  }
}

export function checkVisibilityTimeout(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_VISIBILITY_S) return;
  throw invalidValue('VisibilityTimeout', seconds, `Must be >= 0 and <= ${MAX_VISIBILITY_S}, if provided.`);
}
