// The HTTP sink of load.bench.ts, in a process of its own. It fails three of ten attempts in the ways that endpoints fail, by a choice that
// follows from the seed, the event's number and which attempt it is.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

/** What the sink does with an attempt. It takes the event in three of these ways, but says so in the first only. */
export type Verdict = 'taken' | 'taken, then reset' | 'taken, then silent' | '500' | '429' | 'reset' | 'silent';

export const isTaken = (verdict: Verdict): boolean => verdict.startsWith('taken');
/** Whether the sink took the event, and whoever sent it cannot know. */
export const isBroken = (verdict: Verdict): boolean => verdict.startsWith('taken, then');

/** Shares of the failures, by their upper bounds; what is above is taken. */
const FAILURES: readonly (readonly [Verdict, number])[] = [
  ['500', 0.12],
  ['429', 0.22],
  ['reset', 0.24],
  ['silent', 0.26],
  ['taken, then reset', 0.28],
  ['taken, then silent', 0.3],
];

/** The same for the same seed, in every run. `attempt` counts from 1. */
export function judge(seed: number, event: number, attempt: number): Verdict {
  const chance = fractionOf(`${seed}#${event}#${attempt}`);
  return FAILURES.find(([, bound]) => chance < bound)?.[0] ?? 'taken';
}

// FNV-1a, its bits mixed once more.
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}

/** What the sink tells of one event: what it did with each of its attempts, in order. */
export type SinkReport = readonly (readonly [event: number, verdicts: readonly Verdict[]])[];

/** Serves until the process is told to report. */
export async function runSink(seed: number): Promise<void> {
  const attempts = new Map<number, Verdict[]>();

  function answer(event: number, response: ServerResponse): void {
    const verdicts = attempts.get(event) ?? [];
    attempts.set(event, verdicts);
    const verdict = judge(seed, event, verdicts.length + 1);
    verdicts.push(verdict);
    if (verdict === 'taken') response.end();
    else if (verdict === '500') response.writeHead(500).end();
    else if (verdict === '429') response.writeHead(429, { 'retry-after': '2' }).end();
    else if (verdict.endsWith('reset')) response.socket?.resetAndDestroy();
    // The others get no answer: whoever asked gives up.
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const event: unknown = JSON.parse(Buffer.concat(chunks).toString());
      answer(numberOf(event), response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  process.send?.({ port: address !== null && typeof address === 'object' ? address.port : 0 });
  process.on('message', () => process.send?.([...attempts]));
}

/** The number in an event's detail. */
export function numberOf(event: unknown): number {
  const { detail } = event as { detail: { n: number } };
  return detail.n;
}
