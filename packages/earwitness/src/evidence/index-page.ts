// The page of a folder: every test file with its verdict, those with something not met first, and what it was.
import { escapeHtml } from './escape-html.ts';
import type { EvidenceFile } from './file.ts';
import { count, documentHtml, failedIn, verdictOf } from './page.ts';

/** The whole page; its links lead to the pages beside it. */
export function renderIndex(files: readonly EvidenceFile[]): string {
  const rows = files.map(({ name, evidence }) => {
    const waits = evidence.filter((one) => one.kind === 'wait');
    const messages = evidence.filter((one) => one.kind === 'item').length;
    return { name, waits, messages, failed: failedIn(waits) };
  });
  const bad = rows.filter(({ failed }) => failed > 0).length;
  const verdict =
    bad === 0 ? '✓ every wait was met' : `✗ ${bad} of ${count(rows.length, 'test file')} with waits not met`;
  const body = [...rows]
    .sort((one, other) => Math.sign(other.failed) - Math.sign(one.failed))
    .map(({ name, waits, messages, failed }) => {
      const headlines = waits
        .filter(({ outcome }) => outcome !== 'met')
        .map(({ outcome, page = outcome, title }) => `${title}: ${page.split('\n')[0]}`);
      const words = headlines.map((line) => `<div class="bad">${escapeHtml(line)}</div>`).join('');
      return `<tr><td><a href="${encodeURIComponent(name)}.html">${escapeHtml(name)}</a>${words}</td>
<td class="${failed === 0 ? 'good' : 'bad'}">${verdictOf(waits)}</td><td class="n">${count(messages, 'message')}</td></tr>`;
    });
  return documentHtml(
    'Evidence',
    `<header><h1>Evidence</h1><p class="verdict ${bad === 0 ? 'good' : 'bad'}">${verdict}</p></header>
<main><table><thead><tr><th scope="col">test file</th><th scope="col">verdict</th><th scope="col">heard</th></tr></thead>
<tbody>${body.join('\n')}</tbody></table></main>`,
  );
}
