// The kit's types as TypeScript sees them in a user's project, with each runner version's own types: right calls compile, wrong ones
// do not (`@ts-expect-error`), and what the kit declares fits the runner even in a project without `skipLibCheck`.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { createProject } from './project.ts';
import { root } from './run.ts';

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  strict: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  types: ['node'],
};

// Eight programs read the same files of TypeScript and Node: they are parsed once.
const parsed = new Map<string, ts.SourceFile | undefined>();

function check(folder: string, file: string, types: readonly string[]): string[] {
  const settings = { ...options, types: [...types] };
  const host = ts.createCompilerHost(settings);
  const { getSourceFile } = host;
  host.getCurrentDirectory = () => folder;
  host.getSourceFile = (name, ...rest) => {
    if (name.startsWith(folder)) return getSourceFile(name, ...rest);
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, ...rest));
    return parsed.get(name);
  };
  const program = ts.createProgram([join(folder, file)], settings, host);
  const ours = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
  return [
    ...program.getOptionsDiagnostics(),
    ...ours.flatMap((source) => [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]),
  ].map(
    ({ file: source, start = 0, messageText }) =>
      `${source?.fileName.slice(folder.length + 1)}:${(source?.getLineAndCharacterOfPosition(start).line ?? -1) + 1} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
  );
}

const at = (folder: string, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, `${folder}node_modules/${name}`]));

test.each([
  ['vitest 3.2', 'vitest.ts', at('conformance/runners/vitest-3/', 'vitest'), []],
  ['vitest 4', 'vitest.ts', at('', 'vitest'), []],
  ['vitest 5', 'vitest.ts', at('conformance/runners/vitest-5/', 'vitest'), []],
  ['vitest 3.2 with an event map', 'vitest-map.ts', at('conformance/runners/vitest-3/', 'vitest'), []],
  ['vitest 5 with an event map', 'vitest-map.ts', at('conformance/runners/vitest-5/', 'vitest'), []],
  ['jest 29', 'jest-globals.ts', at('conformance/runners/jest-29/', '@jest/globals', 'expect'), []],
  ['jest 30', 'jest-globals.ts', at('', '@jest/globals', 'expect'), []],
  [
    'jest 29 with its globals',
    'jest-types.ts',
    at('conformance/runners/jest-29/', '@jest/globals', 'expect', '@types/jest'),
    ['jest'],
  ],
  ['jest 30 with its globals', 'jest-types.ts', at('', '@jest/globals', 'expect', '@types/jest'), ['jest']],
  ['Playwright', 'playwright.ts', at('', '@playwright/test'), []],
  ['mocha and chai', 'mocha-chai.ts', at('', 'chai', '@types/chai', '@types/mocha'), ['mocha']],
  ['node:test', 'node-test.ts', {}, []],
])('the types fit %s, and wrong arguments do not', (_runner, file, packages, types) => {
  using project = createProject(packages);
  for (const name of [file, 'orders.ts'])
    cpSync(`${root}conformance/runners/types/${name}`, join(project.folder, name));
  expect(check(project.folder, file, ['node', ...types])).toEqual([]);
});
