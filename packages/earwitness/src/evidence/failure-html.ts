// A failure page in HTML, with the colours that a terminal would give it.
import { escapeHtml } from './escape-html.ts';

/** The lines of a page after its headline; where the evidence lies, its reader knows. */
export function failureHtml(page: string): string {
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
