// The page of a run: the road drawn as lanes over time, then every wait with its verdict, then every message. One file, no script,
// nothing from the network; light or dark as the reader's system is.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { elapsed } from '../page/timeline.ts';
import { drawTimeline, type Mark } from './drawing.ts';
import { escapeHtml } from './escape-html.ts';
import type { Evidence } from './evidence.ts';

/** The whole page. */
export function renderPage(name: string, evidence: readonly Evidence[]): string {
  const start = Math.min(...evidence.map(({ at }) => at));
  const waits = evidence.filter((one) => one.kind === 'wait');
  const failed = waits.filter(({ outcome }) => outcome !== 'met').length;
  const items = evidence.filter((one) => one.kind === 'item');
  const verdict = failed === 0 ? `${waits.length} waits, all met` : `${failed} of ${waits.length} waits not met`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(name)} · Earwitness</title>
<style>${STYLE}</style>
<header><h1>${escapeHtml(name)}</h1><p class="${failed === 0 ? 'good' : 'bad'}">${verdict}</p>
<p>${items.length} messages · from ${new Date(start).toISOString()}</p></header>
<figure>${drawTimeline(evidence.flatMap(markOf), start)}</figure>
<h2>Waits</h2>
${waits.map((wait) => waitHtml(wait, start)).join('\n') || '<p>None.</p>'}
<h2>Messages</h2>
${items.map((item) => itemHtml(item, start)).join('\n') || '<p>None.</p>'}
</html>
`;
}

type Of<Kind extends Evidence['kind']> = Extract<Evidence, { kind: Kind }>;

function waitHtml({ at, endedAt, title, outcome, place, page }: Of<'wait'>, start: number): string {
  const met = outcome === 'met';
  const head = `<b>${met ? '✓' : '✗'} ${escapeHtml(title)}</b> ${elapsed(at - start)}, took ${Math.round(endedAt - at)} ms`;
  const where = place === undefined ? '' : ` <code>${escapeHtml(place)}</code>`;
  const summary = `<summary class="${met ? 'good' : 'bad'}">${head}${met ? '' : ` · ${escapeHtml(outcome)}`}${where}</summary>`;
  return `<details${met ? '' : ' open'}>${summary}${page === undefined ? '' : `<pre>${escapeHtml(plain(page))}</pre>`}</details>`;
}

function itemHtml({ at, sizeBytes, message }: Of<'item'>, start: number): string {
  const { type, source } = nameOf(message);
  const head = `<b>${escapeHtml(type)}</b> ${escapeHtml(source)} · ${elapsed(at - start)} · ${sizeBytes} bytes`;
  const body = typeof message === 'string' ? message : JSON.stringify(message, null, 2);
  return `<details><summary>${head}</summary><pre>${escapeHtml(body)}</pre></details>`;
}

function nameOf(message: unknown): { type: string; source: string } {
  if (typeof message !== 'object' || message === null) return { type: 'text', source: '' };
  const { 'detail-type': type = 'object', source = '' } = message as Record<string, unknown>;
  return { type: String(type), source: String(source) };
}

/** What a line of evidence is on the drawing; most facts of the control plane are nothing. */
function markOf(evidence: Evidence): Mark[] {
  const { at } = evidence;
  switch (evidence.kind) {
    case 'subscription':
      return [{ lane: 'test', at, label: `subscribed to ${evidence.transport}`, tone: 'plain' }];
    case 'item':
      return [{ lane: 'topic', at, label: nameOf(evidence.message).type, tone: 'good' }];
    case 'wait': {
      const { endedAt, outcome, title } = evidence;
      return [{ lane: 'test', at, until: endedAt, label: title, tone: outcome === 'met' ? 'good' : 'bad' }];
    }
    case 'fact':
      return factMarks(evidence.fact);
  }
}

function factMarks(fact: Fact): Mark[] {
  const { at } = fact;
  switch (fact.kind) {
    case 'request.received':
      return [{ lane: 'request', at, label: `${fact.method} ${fact.path}`, tone: 'plain' }];
    case 'request.answered':
      return [{ lane: 'request', at, label: String(fact.status), tone: fact.status < 400 ? 'good' : 'bad' }];
    case 'function.invoked':
      return [{ lane: 'function', at, label: fact.functionName, tone: 'plain' }];
    case 'function.finished':
      return [{ lane: 'function', at, label: fact.outcome, tone: fact.outcome === 'returned' ? 'good' : 'bad' }];
    case 'event.accepted':
      return [{ lane: 'bus', at, label: fact.detailType, tone: 'good' }];
    case 'entry.rejected':
      return [{ lane: 'bus', at, label: `refused: ${fact.code}`, tone: 'bad' }];
    case 'rule.matched':
      return [{ lane: 'rule', at, label: fact.rule, tone: 'good' }];
    case 'event.unmatched':
      return [{ lane: 'rule', at, label: 'no rule matched', tone: 'bad' }];
    case 'delivery.attempted': {
      const status = fact.status === undefined ? fact.outcome : String(fact.status);
      const tone = fact.outcome === 'delivered' ? 'good' : 'bad';
      return [{ lane: 'attempt', at: at - fact.durationMs, until: at, label: status, tone }];
    }
    case 'delivery.dead-lettered':
      return [{ lane: 'attempt', at, label: `dead letter: ${fact.code}`, tone: 'bad' }];
    case 'topic.refused':
      return [{ lane: 'topic', at, label: `refused: ${fact.code}`, tone: 'bad' }];
    default:
      return [];
  }
}

/** A page's text without terminal colours. */
function plain(text: string): string {
  return text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '');
}

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2024, #e6e8ea); --faint: light-dark(#d5d9dd, #3a4046);
  --back: light-dark(#fff, #15181b); --good: light-dark(#1a7f4b, #4cc38a); --bad: light-dark(#c4302b, #ff7b72); --plain: light-dark(#5a6570, #9aa4ad); }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; } header p { margin: .1rem 0; }
figure { margin: 1.5rem 0; overflow-x: auto; } svg { display: block; min-width: 760px; width: 100%; font: 12px system-ui, sans-serif; }
details { border-bottom: 1px solid var(--faint); padding: .3rem 0; } summary { cursor: pointer; }
pre { overflow-x: auto; font: 12.5px/1.45 ui-monospace, monospace; margin: .5rem 0; } code { color: var(--plain); }
.good b, p.good { color: var(--good); } .bad b, p.bad { color: var(--bad); }
text { fill: var(--ink); } .faint { fill: var(--plain); } line { stroke: var(--faint); }
.dot.good, .bar.good { fill: var(--good); } .dot.bad, .bar.bad { fill: var(--bad); } .dot.plain { fill: var(--plain); }
.bar { opacity: .28; } .bar.bad { opacity: .38; }`;
