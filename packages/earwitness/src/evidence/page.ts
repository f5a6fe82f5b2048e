// The page of a test file: its verdict, and a section for each subscription. One file, no script, nothing from the
// network.
import { escapeHtml } from './escape-html.ts';
import type { ParsedEvidence } from './evidence.ts';
import { bySubscription, byTest } from './groups.ts';
import { sectionHtml } from './section.ts';
import { STYLE } from './style.ts';
import { count, durationOf, verdictOf } from './verdict.ts';

/** Above so many subscriptions, those in which all is well are folded. Ours. */
const MOST_OPEN = 3;

/** The whole page. */
export function renderPage(name: string, { evidence, unreadable }: ParsedEvidence): string {
  const groups = bySubscription(evidence);
  const verdict = verdictOf(evidence);
  const items = evidence.filter((one) => one.kind === 'item');
  const problems = unreadable.map(({ line, problem }) => `<p>Line ${line} was left out: ${escapeHtml(problem)}.</p>`);
  const sections = groups.map((group) => sectionHtml(group, groups.length <= MOST_OPEN));
  const tests = new Set(groups.flatMap(byTest).flatMap(({ test }) => test?.title ?? []));
  const counts = [
    ...(tests.size === 0 ? [] : [count(tests.size, 'test')]),
    count(groups.length, 'subscription'),
    count(items.length, 'message'),
    ...(evidence.length === 0 ? [] : [durationOf(evidence)]),
  ];
  return documentHtml(
    name,
    `<header><h1>${escapeHtml(name)}</h1>
<p class="verdict ${verdict.tone}">${verdict.text}</p>
<p class="soft">${counts.join(', ')}. The same for programs: <code>${escapeHtml(name)}.ndjson</code></p></header>
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
