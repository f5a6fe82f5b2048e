// The page of a folder: every test file with its verdict, those with failures first, and for each failure the test,
// what it was, and a link to it.
import { escapeHtml } from './escape-html.ts';
import type { Evidence } from './evidence.ts';
import type { EvidenceFile } from './file.ts';
import { bySubscription, placeOf, titleOf } from './groups.ts';
import { documentHtml } from './page.ts';
import { idOf } from './road/marks.ts';
import { count, durationOf, isFailure, pageOf, type Verdict, verdictOf } from './verdict.ts';

/** The whole page; its links lead to the pages beside it. */
export function renderIndex(files: readonly EvidenceFile[]): string {
  const rows = files.map(({ name, evidence }): Row => ({ name, evidence, verdict: verdictOf(evidence) }));
  const bad = rows.filter(({ verdict }) => verdict.tone === 'bad').length;
  const all = verdictOf(files.flatMap(({ evidence }) => evidence));
  const text = bad === 0 ? all.text : `✗ ${bad} of ${count(rows.length, 'test file')} with failures`;
  const ordered = [...rows].sort(
    (one, other) => Number(other.verdict.tone === 'bad') - Number(one.verdict.tone === 'bad'),
  );
  return documentHtml(
    'Evidence',
    `<header><h1>Evidence</h1><p class="verdict ${all.tone}">${text}</p></header>
<main>${ordered.map(fileHtml).join('\n')}</main>`,
  );
}

interface Row {
  readonly name: string;
  readonly evidence: readonly Evidence[];
  readonly verdict: Verdict;
}

function fileHtml({ name, evidence, verdict }: Row): string {
  const page = `${encodeURIComponent(name)}.html`;
  const messages = evidence.filter((one) => one.kind === 'item').length;
  const failures = bySubscription(evidence).flatMap((group) => failuresHtml(group, page));
  return `<section><h2><a href="${page}">${escapeHtml(name)}</a></h2> <span class="${verdict.tone}">${verdict.text}</span> <span class="soft">${count(messages, 'message')}, ${durationOf(evidence)}</span>
${failures.length === 0 ? '' : `<ul class="failures">${failures.join('\n')}</ul>`}</section>`;
}

/** A link to each failure of a subscription, by the title of its test. */
function failuresHtml(group: readonly Evidence[], page: string): string[] {
  return group.flatMap((one, index) => {
    if (!isFailure(one)) return [];
    const title = one.test?.title ?? titleOf(group);
    const what = one.kind === 'wait' ? one.title : 'subscribe()';
    const [headline] = pageOf(one);
    const at = placeOf(one);
    const place = at === undefined ? '' : ` <span class="place">${escapeHtml(at)}</span>`;
    return `<li><a href="${page}#${escapeHtml(encodeURIComponent(idOf(one, index)))}">${escapeHtml(title)}</a>${place}<div><span class="bad">✗ ${escapeHtml(what)}</span>: ${escapeHtml(headline)}</div></li>`;
  });
}
