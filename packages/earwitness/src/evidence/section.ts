// The part of a page about one subscription: which test it served and how that went, the road drawn, every wait with its
// verdict and failure page, every message with its payload, every fact of the journal.
import { describeGap } from '../hearing/journal-excerpt.ts';
import { elapsed } from '../page/timeline.ts';
import { drawRoad } from './drawing.ts';
import { escapeHtml, escapeHtmlBlock } from './escape-html.ts';
import type { Evidence, EvidenceOf } from './evidence.ts';
import { failureHtml } from './failure-html.ts';
import { byTest, routesOf, titleOf } from './groups.ts';
import { idOf, marksOf, nameOf } from './marks.ts';
import { count, durationOf, pageOf, verdictOf } from './verdict.ts';

/** Messages and facts of one subscription that are shown; the NDJSON file has all. Ours. */
const MOST_SHOWN = 500;

/** The section of a subscription's lines; one with failures is open. */
export function sectionHtml(group: readonly Evidence[], open: boolean): string {
  const start = Math.min(...group.map(({ at }) => at));
  const verdict = verdictOf(group);
  const ids = new Map(group.map((one, index) => [one, idOf(one, index)]));
  const id = (one: Evidence) => ids.get(one) ?? '';
  const heads = group.filter((one) => one.kind === 'subscription');
  const waits = byTest(group).map((one) =>
    testHtml(one.test?.title, one.waits, (wait) => waitHtml(wait, id(wait), start)),
  );
  const items = group.filter((one) => one.kind === 'item');
  const facts = group.filter((one) => one.kind === 'fact');
  return `<section><details${open || verdict.tone === 'bad' ? ' open' : ''}>
<summary><h2>${escapeHtml(titleOf(group))}</h2> <span class="${verdict.tone}">${verdict.text}</span> <span class="soft">${durationOf(group)}</span>${whereHtml(group, start)}</summary>
${heads.map((head) => aboutHtml(head, id(head))).join('')}<figure>${drawRoad(marksOf(group), start)}</figure>
<h3>Waits</h3>
${(waits.length > 1 ? waits.map(({ head, body }) => head + body) : waits.map(({ body }) => body)).join('\n') || NONE}
<h3>Messages</h3>
${
  items
    .slice(0, MOST_SHOWN)
    .map((item) => itemHtml(item, id(item), start))
    .join('\n') || NONE
}${moreHtml(items.length)}
${
  facts.length === 0
    ? ''
    : `<h3>Journal of the local cloud</h3>\n<details class="one"><summary>${count(facts.length, 'fact')}</summary><pre>${facts
        .slice(0, MOST_SHOWN)
        .map((fact) => factHtml(fact, start))
        .join('')}</pre>${moreHtml(facts.length)}</details>`
}
</details></section>`;
}

const NONE = '<p class="soft">None.</p>';

/** Where and when: the file with the line, what was listened to, the time of day. */
function whereHtml(group: readonly Evidence[], start: number): string {
  const waits = group.filter((one) => one.kind === 'wait');
  const tests = byTest(group).flatMap(({ test }) => test?.file ?? []);
  const place = waits.find((wait) => wait.place)?.place ?? tests[0];
  const clock = new Date(start).toISOString();
  const route = routesOf(group);
  const parts = [
    ...(place === undefined ? [] : [`<span class="place">${escapeHtml(place)}</span>`]),
    ...(route === '' || route === titleOf(group) ? [] : [escapeHtml(route)]),
    `<time datetime="${clock}">${clock.slice(11, 23)} UTC</time>`,
  ];
  return `<span class="where">${parts.join(' · ')}</span>`;
}

function aboutHtml(head: EvidenceOf<'subscription'>, id: string): string {
  const { roadMs, evicted, journalGap } = head;
  const lines = [
    ...(roadMs === undefined ? [] : [`The whole road was proven by a canary in ${Math.round(roadMs)} ms.`]),
    ...(evicted === undefined ? [] : [`The oldest ${evicted} messages are not here: there was no room for them.`]),
    ...(journalGap === undefined ? [] : [`Some facts are missing: ${describeGap(journalGap)}.`]),
  ];
  const about = lines.map((line) => `<p class="soft">${escapeHtml(line)}</p>`).join('');
  if (!head.failure) return about;
  const [headline, rest] = pageOf(head);
  const summary = `<b class="bad">✗ could not be opened</b> <span class="facts">${escapeHtml(head.failure.name)}</span><span class="headline bad">${escapeHtml(headline)}</span>`;
  return `${about}<details class="one" open><summary>${summary}</summary><pre id="${escapeHtml(id)}">${failureHtml(rest || headline)}</pre></details>`;
}

/** The waits of one test, and what stands above them where there are several tests. */
function testHtml<Wait extends EvidenceOf<'wait'>>(
  title: string | undefined,
  waits: readonly Wait[],
  draw: (wait: Wait) => string,
): { readonly head: string; readonly body: string } {
  const { tone, text } = verdictOf(waits);
  const words = escapeHtml(title ?? 'outside of a test');
  return {
    head: `<h4>${words} <span class="${tone}">${text}</span> <span class="soft">${waits.length === 0 ? '' : durationOf(waits)}</span></h4>\n`,
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

function factHtml({ fact }: EvidenceOf<'fact'>, start: number): string {
  const { kind, seq, at, ...more } = fact;
  const text = `${elapsed(at - start).padStart(10)}  ${kind.padEnd(22)} ${JSON.stringify(more)}`;
  return `<span>${escapeHtml(text)}</span>`;
}

function moreHtml(total: number): string {
  return total <= MOST_SHOWN ? '' : `<p class="soft">… and ${total - MOST_SHOWN} more, in the NDJSON file.</p>`;
}
