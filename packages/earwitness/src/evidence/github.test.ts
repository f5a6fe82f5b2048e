import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createGithubReporter, type FailedWait } from './github.ts';

let line = 0;
const failure = (page: string): FailedWait => ({
  title: 'OrderCreated, from: OrderService',
  frames: `    at test (/repo/packages/orders/test/orders.test.ts:${++line}:16)`,
  page,
});

test('a failed wait is one annotation at its line, with its page, escaped as GitHub reads it', () => {
  const written: string[] = [];
  const tell = createGithubReporter({ GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: '/repo' }, (text) =>
    written.push(text),
  );
  const failed = failure('\u001b[1mno event, 100% sure\u001b[22m\n\n  Expected\r\n');
  tell?.(failed);
  tell?.(failed);
  expect(written).toEqual([
    `\n::error file=packages/orders/test/orders.test.ts,line=${line},col=16,title=OrderCreated%2C from%3A OrderService%3A no event%2C 100%25 sure::no event, 100%25 sure%0A%0A  Expected%0D%0A\n`,
  ]);
});

test('a place that is not known is left out', () => {
  const written: string[] = [];
  const tell = createGithubReporter({ GITHUB_ACTIONS: 'true' }, (text) => written.push(text));
  tell?.({ title: 'Paid', frames: '', page: 'nothing came' });
  expect(written).toEqual(['\n::error title=Paid%3A nothing came::nothing came\n']);
});

test('the summary has the whole page, whatever ticks are in it, also where the runner annotates by itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'earwitness-summary-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const summary = join(folder, 'summary.md');
  const written: string[] = [];
  const environment = {
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: '/repo',
    GITHUB_STEP_SUMMARY: summary,
    VITEST: 'true',
  };
  const tell = createGithubReporter(environment, (text) => written.push(text));
  tell?.(failure('nothing came\n  > 3 | `a` ```'));
  expect(written).toEqual([]);
  expect(readFileSync(summary, 'utf8')).toBe(
    `### ✗ OrderCreated, from: OrderService at \`packages/orders/test/orders.test.ts:${line}\`\n\n\`\`\`\`text\nnothing came\n  > 3 | \`a\` \`\`\`\n\`\`\`\`\n\n`,
  );
  tell?.(failure('x'.repeat(1_000_000)));
  expect(readFileSync(summary, 'utf8')).not.toContain('xxx');
});

test.each([
  [{}],
  [{ GITHUB_ACTIONS: 'false' }],
  [{ CI: 'true', GITLAB_CI: 'true' }],
  [{ GITHUB_ACTIONS: 'true', EARWITNESS_ANNOTATIONS: 'off' }],
])('with %j nobody is told', (environment) => {
  expect(createGithubReporter(environment)).toBeUndefined();
});
