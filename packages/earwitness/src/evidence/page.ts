// The page of a test file: for each subscription the road drawn as lanes over time, every wait with its verdict and
// failure page, every message with its payload, every fact of the journal. One file, no script, nothing from the
// network.
import { describeGap } from '../hearing/journal-excerpt.ts';
import { elapsed } from '../page/timeline.ts';
import { drawRoad } from './drawing.ts';
import { escapeHtml, escapeHtmlBlock } from './escape-html.ts';
import type { Evidence, EvidenceOf, ParsedEvidence } from './evidence.ts';
import { idOf, marksOf, nameOf } from './marks.ts';
import { STYLE } from './style.ts';

/** Messages and facts of one subscription that are shown; the NDJSON file has all. Ours. */
const MOST_SHOWN = 500;
/** Above so many subscriptions, those in which all is well are folded. Ours. */
const MOST_OPEN = 3;

/** The whole page. */
export function renderPage(name: string, { evidence, unreadable }: ParsedEvidence): string {
  const groups = [...groupBySubscription(evidence).values()];
  const waits = evidence.filter((one) => one.kind === 'wait');
  const items = evidence.filter((one) => one.kind === 'item');
  const problems = unreadable.map(({ line, problem }) => `<p>Line ${line} was left out: ${escapeHtml(problem)}.</p>`);
  const sections = groups.map((group) => sectionHtml(group, groups.length <= MOST_OPEN));
  return documentHtml(
    name,
    `<header><h1>${escapeHtml(name)}</h1>
<p class="verdict ${failedIn(waits) === 0 ? 'good' : 'bad'}">${verdictOf(waits)}</p>
<p class="soft">${count(groups.length, 'subscription')}, ${count(items.length, 'message')}. The same for programs: <code>${escapeHtml(name)}.ndjson</code></p></header>
${problems.length > 0 ? `<div class="problem">${problems.join('')}</div>` : ''}
<main>${sections.join('\n')}</main>`,
  );
}

/** An HTML document in the look of our pages. */
export function documentHtml(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)} · Earwitness</title>
<style>${STYLE}</style>
${body}
</html>
`;
}

/** `2 waits, all met`, `1 of 2 waits not met` */
export function verdictOf(waits: readonly EvidenceOf<'wait'>[]): string {
  const failed = failedIn(waits);
  if (waits.length === 0) return 'nothing was awaited';
  if (failed > 0) return `✗ ${failed} of ${count(waits.length, 'wait')} not met`;
  return waits.length === 1 ? '✓ 1 wait, met' : `✓ ${waits.length} waits, all met`;
}

/** How many of the waits were not met. */
export function failedIn(waits: readonly EvidenceOf<'wait'>[]): number {
  return waits.filter(({ outcome }) => outcome !== 'met').length;
}

/** `1 message`, `2 messages` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function groupBySubscription(evidence: readonly Evidence[]): Map<string, Evidence[]> {
  const groups = new Map<string, Evidence[]>();
  for (const one of evidence) {
    const group = groups.get(one.subscription);
    if (group) group.push(one);
    else groups.set(one.subscription, [one]);
  }
  return groups;
}

function sectionHtml(group: readonly Evidence[], open: boolean): string {
  const start = Math.min(...group.map(({ at }) => at));
  const heads = group.filter((one) => one.kind === 'subscription');
  const waits = group.filter((one) => one.kind === 'wait');
  const place = waits.find((wait) => wait.place)?.place;
  const clock = new Date(start).toISOString().slice(11, 23);
  const rendered = group.map((one, index) => ({ kind: one.kind, html: lineHtml(one, idOf(one, index), start) }));
  const of = (kind: Evidence['kind']) => rendered.filter((one) => one.kind === kind).map(({ html }) => html);
  const facts = of('fact');
  const failed = failedIn(waits);
  return `<section><details${open || failed > 0 ? ' open' : ''}>
<summary><h2>${heads.map(({ transports }) => escapeHtml(transports.map((one) => one.name).join(' and '))).join(', ') || 'subscription'}</h2> <time datetime="${new Date(start).toISOString()}">${clock} UTC</time> <span class="${failed === 0 ? 'good' : 'bad'}">${verdictOf(waits)}</span>${place === undefined ? '' : ` <span class="place">${escapeHtml(place)}</span>`}</summary>
${heads.map(aboutHtml).join('')}<figure>${drawRoad(marksOf(group), start)}</figure>
<h3>Waits</h3>
${of('wait').join('\n') || '<p class="soft">None.</p>'}
<h3>Messages</h3>
${of('item').slice(0, MOST_SHOWN).join('\n') || '<p class="soft">None.</p>'}${moreHtml(of('item').length)}
${facts.length === 0 ? '' : `<h3>Journal of the local cloud</h3>\n<details class="one"><summary>${count(facts.length, 'fact')}</summary><pre>${facts.slice(0, MOST_SHOWN).join('')}</pre>${moreHtml(facts.length)}</details>`}
</details></section>`;
}

function aboutHtml({ roadMs, evicted, journalGap }: EvidenceOf<'subscription'>): string {
  const lines = [
    ...(roadMs === undefined ? [] : [`The whole road was proven by a canary in ${Math.round(roadMs)} ms.`]),
    ...(evicted === undefined ? [] : [`The oldest ${evicted} messages are not here: there was no room for them.`]),
    ...(journalGap === undefined ? [] : [`Some facts are missing: ${describeGap(journalGap)}.`]),
  ];
  return lines.map((line) => `<p class="soft">${escapeHtml(line)}</p>`).join('');
}

function moreHtml(total: number): string {
  return total <= MOST_SHOWN ? '' : `<p class="soft">… and ${total - MOST_SHOWN} more, in the NDJSON file.</p>`;
}

function lineHtml(one: Evidence, id: string, start: number): string {
  switch (one.kind) {
    case 'subscription':
      return '';
    case 'wait':
      return waitHtml(one, id, start);
    case 'item':
      return itemHtml(one, id, start);
    case 'fact': {
      const { kind, seq, at, ...facts } = one.fact;
      const text = `${elapsed(at - start).padStart(10)}  ${kind.padEnd(22)} ${JSON.stringify(facts)}`;
      return `<span>${escapeHtml(text)}</span>`;
    }
  }
}

function waitHtml(wait: EvidenceOf<'wait'>, id: string, start: number): string {
  const { at, endedAt, title, outcome, place, page, question } = wait;
  const met = outcome === 'met';
  const [headline = outcome, ...rest] = page?.split('\n') ?? [];
  const head = `<b class="${met ? 'good' : 'bad'}">${met ? '✓' : '✗'} ${escapeHtml(title)}</b>`;
  const facts = ` <span class="facts">${elapsed(at - start)}, ${met ? 'met after' : `${escapeHtml(outcome)} after`} ${Math.round(endedAt - at)} ms</span>`;
  const where = place === undefined ? '' : ` <span class="place">${escapeHtml(place)}</span>`;
  const words = met ? '' : `<span class="headline bad">${escapeHtml(headline)}</span>`;
  const asked = escapeHtmlBlock(question === undefined ? title : JSON.stringify(question, null, 2));
  const body = met ? asked : failureHtml(rest.join('\n').replace(/^\n+/, '')) || escapeHtml(headline);
  return `<details class="one"${met ? '' : ' open'}><summary>${head}${facts}${where}${words}</summary><pre id="${escapeHtml(id)}">${body}</pre></details>`;
}

function itemHtml({ at, sizeBytes, message, topic }: EvidenceOf<'item'>, id: string, start: number): string {
  const { type, source } = nameOf(message);
  const head = `<b>${escapeHtml(type)}</b> <span>${escapeHtml(source)}</span> <span class="facts">${elapsed(at - start)}, ${sizeBytes} bytes${topic === undefined ? '' : ` on ${escapeHtml(topic)}`}</span>`;
  const body = typeof message === 'string' ? message : JSON.stringify(message, null, 2);
  return `<details class="one"><summary>${head}</summary><pre id="${escapeHtml(id)}">${escapeHtmlBlock(body)}</pre></details>`;
}

/** A failure page with the colours that a terminal would give it; where the evidence lies, its reader knows. */
function failureHtml(page: string): string {
  return page
    .replace(/\n\n {2}Evidence {3}.*$/, '')
    .split('\n')
    .map((line) => `<span${styleOf(line)}>${paintStart(line)}</span>`)
    .join('');
}

function styleOf(line: string): string {
  if (/^ {4}- .* expected$/.test(line)) return ' class="good"';
  if (/^ {4}\+ .* received$/.test(line) || /^ +\| +\^$/.test(line)) return ' class="bad"';
  return /^ {2}> +\d+ \|/.test(line) || line.includes('   ← ') ? ' class="mark"' : '';
}

function paintStart(line: string): string {
  const text = escapeHtml(line);
  const tone = /^ {4}[!?] /.test(line) ? 'bad' : /^ {4}✓ /.test(line) ? 'good' : undefined;
  if (tone) return `<i class="${tone}">${text.slice(0, 6)}</i>${text.slice(6)}`;
  return text.replace(/^ {2}([A-Z][a-z]+( [a-z]+)*)(?= {3}|$)/, '  <b>$1</b>');
}
