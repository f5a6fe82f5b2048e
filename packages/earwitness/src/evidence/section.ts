// The part of a page about one subscription: which test it served and how that went, the road drawn, every wait with
// its verdict and failure page, every message with its payload, every fact of the journal.
import { describeGap } from '../hearing/journal-excerpt.ts';
import { elapsed } from '../page/timeline.ts';
import { escapeHtml, escapeHtmlBlock } from './escape-html.ts';
import type { Evidence, EvidenceOf } from './evidence.ts';
import { failureHtml } from './failure-html.ts';
import { byTest, placeOf, routesOf, type TestWaits, titleOf } from './groups.ts';
import { drawRoad } from './road/drawing.ts';
import { idOf, marksOf, nameOf } from './road/marks.ts';
import { count, durationOf, type Failure, isFailure, pageOf, verdictOf } from './verdict.ts';

/** Messages and facts of one subscription that are shown; the NDJSON file has all. Ours. */
const MOST_SHOWN = 500;

/** The section of a subscription's lines; one with failures is open. */
export function sectionHtml(group: readonly Evidence[], open: boolean): string {
  const start = Math.min(...group.map(({ at }) => at));
  const verdict = verdictOf(group);
  const ids = new Map(group.map((one, index) => [one, idOf(one, index)]));
  const id = (one: Evidence) => ids.get(one) ?? '';
  const heads = group.filter((one) => one.kind === 'subscription');
  const failed = heads.filter(isFailure);
  return `<section><details${open || verdict.tone === 'bad' ? ' open' : ''}>
<summary><h2>${escapeHtml(titleOf(group))}</h2> <span class="${verdict.tone}">${verdict.text}</span> <span class="soft">${durationOf(group)}</span>${whereHtml(group, start)}</summary>
${heads.map(aboutHtml).join('')}${failed.map((one) => refusalHtml(one, id(one))).join('')}${group.length > failed.length ? heardHtml(group, id, start) : ''}
</details></section>`;
}

/** What there is when it was opened. */
function heardHtml(group: readonly Evidence[], id: (one: Evidence) => string, start: number): string {
  const waits = byTest(group).map((one) => testHtml(one, (wait) => waitHtml(wait, id(wait), start)));
  const items = group.filter((one) => one.kind === 'item');
  const facts = group.filter((one) => one.kind === 'fact');
  return `<figure>${drawRoad(marksOf(group), start)}</figure>
<h3>Waits</h3>
${(waits.length > 1 ? waits.map(({ head, body }) => head + body) : waits.map(({ body }) => body)).join('\n') || NONE}
<h3>Messages</h3>
${
  items
    .slice(0, MOST_SHOWN)
    .map((item) => itemHtml(item, id(item), start))
    .join('\n') || NONE
}${moreHtml(items.length)}
${facts.length === 0 ? '' : journalHtml(facts, start)}`;
}

const NONE = '<p class="soft">None.</p>';

/** Where and when: the file with the line, what was listened to, the time of day. */
function whereHtml(group: readonly Evidence[], start: number): string {
  const [place] = group.flatMap((one) => (one.kind === 'wait' ? (placeOf(one) ?? []) : []));
  const [opened] = group.flatMap((one) => placeOf(one) ?? []);
  const where = place ?? opened;
  const clock = new Date(start).toISOString();
  const route = routesOf(group);
  const parts = [
    ...(where === undefined ? [] : [`<span class="place">${escapeHtml(where)}</span>`]),
    ...(route === '' || route === titleOf(group) ? [] : [escapeHtml(route)]),
    `<time datetime="${clock}">${clock.slice(11, 23)} UTC</time>`,
  ];
  return `<span class="where">${parts.join(' · ')}</span>`;
}

function aboutHtml({ roadMs, evicted, journalGap }: EvidenceOf<'subscription'>): string {
  const lines = [
    ...(roadMs === undefined ? [] : [`The whole road was proven by a canary in ${Math.round(roadMs)} ms.`]),
    ...(evicted === undefined ? [] : [`The oldest ${evicted} messages are not here: there was no room for them.`]),
    ...(journalGap === undefined ? [] : [`Some facts are missing: ${describeGap(journalGap)}.`]),
  ];
  return lines.map((line) => `<p class="soft">${escapeHtml(line)}</p>`).join('');
}

/** Why it could not be opened. */
function refusalHtml(head: Failure, id: string): string {
  const [headline, rest] = pageOf(head);
  const body = rest === '' ? '' : `<pre>${failureHtml(rest)}</pre>`;
  return `<div class="problem" id="${escapeHtml(id)}"><p class="headline bad">${escapeHtml(headline)}</p>${body}</div>`;
}

/** The waits of one test, and what stands above them where there are several tests. */
function testHtml(
  { test, waits }: TestWaits,
  draw: (wait: EvidenceOf<'wait'>) => string,
): { readonly head: string; readonly body: string } {
  const { tone, text } = verdictOf(waits);
  const words = escapeHtml(test?.title ?? 'outside of a test');
  const duration = waits.length === 0 ? '' : ` <span class="soft">${durationOf(waits)}</span>`;
  return {
    head: `<h4>${words} <span class="${tone}">${text}</span>${duration}</h4>\n`,
    body: waits.map(draw).join('\n'),
  };
}

function waitHtml(wait: EvidenceOf<'wait'>, id: string, start: number): string {
  const { at, endedAt, title, outcome, place, question } = wait;
  const met = outcome === 'met';
  const [headline, rest] = pageOf(wait);
  const head = `<b class="${met ? 'good' : 'bad'}">${met ? '✓' : '✗'} ${escapeHtml(title)}</b>`;
  const facts = ` <span class="facts">${elapsed(at - start)}, ${met ? 'met after' : `${escapeHtml(outcome)} after`} ${Math.round(endedAt - at)} ms</span>`;
  const where = place === undefined ? '' : ` <span class="place">${escapeHtml(place)}</span>`;
  const words = met ? '' : `<span class="headline bad">${escapeHtml(headline)}</span>`;
  const asked = escapeHtmlBlock(question === undefined ? title : JSON.stringify(question, null, 2));
  const body = met ? asked : failureHtml(rest || headline);
  return `<details class="one"${met ? '' : ' open'}><summary>${head}${facts}${where}${words}</summary><pre id="${escapeHtml(id)}">${body}</pre></details>`;
}

function itemHtml({ at, sizeBytes, message, topic }: EvidenceOf<'item'>, id: string, start: number): string {
  const { type, source } = nameOf(message);
  const head = `<b>${escapeHtml(type)}</b> <span>${escapeHtml(source)}</span> <span class="facts">${elapsed(at - start)}, ${sizeBytes} bytes${topic === undefined ? '' : ` on ${escapeHtml(topic)}`}</span>`;
  const body = typeof message === 'string' ? message : JSON.stringify(message, null, 2);
  return `<details class="one"><summary>${head}</summary><pre id="${escapeHtml(id)}">${escapeHtmlBlock(body)}</pre></details>`;
}

function journalHtml(facts: readonly EvidenceOf<'fact'>[], start: number): string {
  const lines = facts.slice(0, MOST_SHOWN).map(({ fact: { kind, seq, at, ...more } }) => {
    const text = `${elapsed(at - start).padStart(10)}  ${kind.padEnd(22)} ${JSON.stringify(more)}`;
    return `<span>${escapeHtml(text)}</span>`;
  });
  return `<h3>Journal of the local cloud</h3>
<details class="one"><summary>${count(facts.length, 'fact')}</summary><pre>${lines.join('')}</pre>${moreHtml(facts.length)}</details>`;
}

function moreHtml(total: number): string {
  return total <= MOST_SHOWN ? '' : `<p class="soft">… and ${total - MOST_SHOWN} more, in the NDJSON file.</p>`;
}
