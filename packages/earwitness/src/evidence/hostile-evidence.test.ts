// What is told of a run, with the same hostile text in every place of it: the pages, a folder's index, GitHub's
// annotations and summary. The file they are drawn from may come from elsewhere, too: an artefact of CI.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HOSTILE, rawIn } from '../printing/hostile.test.ts';
import { event } from '../test-session.test.ts';
import { type Evidence, parseEvidence } from './evidence.ts';
import { createGithubReporter } from './github.ts';
import { renderIndex } from './index-page.ts';
import { renderPage } from './page.ts';
import { replay } from './replay.ts';

const HTML = `"><script>alert(1)</script>${HOSTILE}`;
const PAGE = `${HTML.replaceAll('\n', '')}\n\n  Expected   ${HTML.replaceAll('\n', '')}`;
const at = 1_000_000;
const about = { subscription: HTML, at };
const accepted = {
  eventId: 'e',
  bus: HTML,
  source: HTML,
  detailType: HTML,
  sizeBytes: 1,
  event: JSON.stringify(event(HTML, { [HTML]: HTML }, HTML)),
  requestId: HTML,
  traceId: HTML,
};
const EVIDENCE: readonly Evidence[] = [
  { ...about, kind: 'subscription', version: 1, closedAt: at + 9, transports: [{ name: HTML, topic: HTML }] },
  { ...about, kind: 'item', sizeBytes: 1, topic: HTML, message: event(HTML, { [HTML]: HTML }, HTML) },
  { ...about, kind: 'item', sizeBytes: 1, topic: HTML, message: HTML.replaceAll('\n', '') },
  {
    ...about,
    kind: 'wait',
    endedAt: at + 5,
    timeoutMs: 5,
    title: HTML,
    question: { kind: 'one', expectation: { partial: { source: HTML, [HTML]: HTML } } },
    outcome: 'EventNotReceivedError',
    place: HTML,
    page: PAGE,
  },
  {
    ...about,
    kind: 'wait',
    endedAt: at + 5,
    timeoutMs: 5,
    title: HTML,
    outcome: HTML,
    place: HTML,
    test: { title: HTML },
  },
  {
    ...about,
    kind: 'subscription',
    version: 1,
    closedAt: at + 9,
    transports: [],
    test: { title: HTML, file: HTML },
    failure: { name: HTML, page: PAGE },
  },
  { ...about, kind: 'fact', fact: { seq: 1, at, kind: 'event.accepted', ...accepted } },
  {
    ...about,
    kind: 'fact',
    fact: { seq: 2, at, kind: 'rule.matched', eventId: 'e', bus: HTML, rule: HTML, targets: 1 },
  },
];

/** The text that somebody reads in a browser, and the elements that are not ours. */
function look(html: string): { readonly raw: string[]; readonly scripts: number } {
  return { raw: rawIn(html), scripts: html.split('<script').length - 1 };
}

test('the page of a run shows what is hostile as text', () => {
  // What a file claims may be of any type.
  const lines = [...EVIDENCE.slice(1), { ...EVIDENCE[0], evicted: HTML }].map((one) => JSON.stringify(one));
  const parsed = parseEvidence(`${lines.join('\n')}\n{"kind":${JSON.stringify(HTML)}}`);
  expect([parsed.evidence.length, parsed.unreadable.length]).toEqual([8, 1]);
  expect(look(renderPage(HTML, parsed))).toEqual({ raw: [], scripts: 0 });
});

test('the index of a folder does, too', () => {
  expect(look(renderIndex([{ name: HTML, file: HTML, evidence: EVIDENCE, unreadable: [] }]))).toEqual({
    raw: [],
    scripts: 0,
  });
});

test('a replay writes its pages anew, and they are shown', async () => {
  const [asked, kept] = await replay(EVIDENCE);
  expect(asked?.outcome).toBe('EventNotReceivedError');
  for (const { lines } of [asked, kept].filter((one) => one !== undefined)) {
    expect(lines.join('\n')).toContain('script');
    expect(rawIn(lines.join('\n'))).toEqual([]);
  }
});

test('an annotation and a summary of GitHub have neither controls nor headings that a title forges', () => {
  const folder = mkdtempSync(join(tmpdir(), 'earwitness-github-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const summary = join(folder, 'summary.md');
  let written = '';
  const tell = createGithubReporter({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary }, (text) => {
    written += text;
  });
  tell?.({ title: `${HTML}\n### forged`, frames: '', page: 'a page' });
  expect(rawIn(written)).toEqual([]);
  const text = readFileSync(summary, 'utf8');
  expect(rawIn(text)).toEqual([]);
  expect(text.match(/^#+ /gm)).toEqual(['### ']);
});
