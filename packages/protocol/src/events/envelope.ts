// The envelope: what EventBridge makes of an entry and hands to rules and targets. Compact JSON text with AWS's order
// of keys. Source: deliveries recorded on AWS.

/** An event before it is written as text. `time` is epoch milliseconds; `detail` is compact JSON text. */
export interface Envelope {
  readonly id: string;
  readonly detailType: string;
  readonly source: string;
  readonly account: string;
  readonly time: number;
  readonly region: string;
  readonly replayName?: string;
  readonly resources: readonly string[];
  readonly detail: string;
}

/** Writes an event as compact JSON, with whole seconds as AWS does. */
export function formatEnvelope(event: Envelope): string {
  // Joined, because V8 keeps concatenated text as a tree of its pieces, and the journal keeps every event.
  return [
    `{"version":"0","id":"${event.id}","detail-type":`,
    JSON.stringify(event.detailType),
    ',"source":',
    JSON.stringify(event.source),
    `,"account":"${event.account}","time":"${formatTime(event.time)}","region":"${event.region}",`,
    event.replayName === undefined ? '' : `"replay-name":${JSON.stringify(event.replayName)},`,
    '"resources":',
    event.resources.length === 0 ? '[]' : JSON.stringify(event.resources),
    ',"detail":',
    event.detail,
    '}',
  ].join('');
}

let lastSecond = -1;
let lastText = '';

/** `2026-11-22T13:30:00Z`. Events come in bursts: the last second's text is kept. */
export function formatTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}
