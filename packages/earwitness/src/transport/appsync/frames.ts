// What AppSync Events says on its WebSocket, read from JSON. Frames this kit has no use for are `other`.
// Source: https://docs.aws.amazon.com/appsync/latest/eventapi/event-api-websocket-protocol.html, read 2026-11-22.
import { TransportError } from '../../hearing/transport.ts';

/** One frame from the service. */
export type Frame =
  | { readonly kind: 'acknowledged'; readonly connectionTimeoutMs: number | undefined }
  | { readonly kind: 'subscribed' }
  | { readonly kind: 'event'; readonly texts: readonly string[] }
  /** The connection or the subscription is refused, or a broadcast failed; `code` is AppSync's own word. */
  | { readonly kind: 'refused' | 'not delivered'; readonly code: string; readonly message: string }
  | { readonly kind: 'other' };

/** @throws TransportError when the text is not a JSON object */
export function parseFrame(text: string): Frame {
  const frame = parseObject(text);
  switch (frame['type']) {
    case 'connection_ack': {
      const timeoutMs = frame['connectionTimeoutMs'];
      return { kind: 'acknowledged', connectionTimeoutMs: typeof timeoutMs === 'number' ? timeoutMs : undefined };
    }
    case 'subscribe_success':
      return { kind: 'subscribed' };
    case 'data': {
      const { event } = frame;
      // The protocol's page shows a list; the service was seen to send one text.
      const events: readonly unknown[] = Array.isArray(event) ? event : [event];
      return { kind: 'event', texts: events.map(parseEvent) };
    }
    case 'connection_error':
    case 'subscribe_error':
    case 'error':
      return { kind: 'refused', ...parseErrors(frame) };
    case 'broadcast_error':
      return { kind: 'not delivered', ...parseErrors(frame) };
    default:
      return { kind: 'other' };
  }
}

/**
 * An event is JSON as text. An object stays the text it is; a JSON string is unwrapped, so that a text published is the
 * text heard.
 */
function parseEvent(event: unknown): string {
  if (typeof event !== 'string') return JSON.stringify(event);
  if (!/^\s*"/.test(event)) return event;
  try {
    const value: unknown = JSON.parse(event);
    return typeof value === 'string' ? value : event;
  } catch {
    return event;
  }
}

function parseErrors({ errors }: Record<string, unknown>): { code: string; message: string } {
  const [first] = (Array.isArray(errors) ? errors : []) as readonly Record<string, unknown>[];
  const code = String(first?.['errorType'] ?? 'UnknownError');
  const { message } = first ?? {};
  return { code, message: typeof message === 'string' && message !== '' ? `${code}: ${message}` : code };
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TransportError('AppSync sent something that is not JSON', { cause });
  }
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new TransportError('AppSync sent JSON that is not an object');
}
