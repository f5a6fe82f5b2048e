// Every snippet of every page, and the examples of the reference, as TypeScript sees them in a strict project.
import { expect, test } from 'vitest';
import { hasJest, pages, snippetsOf, typeErrors } from '../snippets.ts';

// The reference shows declarations too, which are no programs.
const typed = pages()
  .flatMap(snippetsOf)
  .filter(({ info, name }) => info === 'ts example' || (/^ts\b/.test(info) && !name.startsWith('docs/api/')))
  .filter(({ code }) => hasJest || !code.includes('@jest/globals'));
if (!hasJest)
  console.info('Skipped: snippets with @jest/globals; npm ci --prefix conformance/runners/jest-30 installs it.');

test('TypeScript finds nothing wrong in any snippet', () => {
  expect(typed.length).toBeGreaterThan(40);
  // A declared event map holds for everything around it: such a page is looked at by itself.
  const declaring = typed.filter(({ code }) => code.includes("declare module 'earwitness'"));
  const others = typed.filter((snippet) => !declaring.includes(snippet));
  expect([typeErrors(others), ...declaring.map((snippet) => typeErrors([snippet]))].flat()).toEqual([]);
});
