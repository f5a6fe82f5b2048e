// The kit's types as TypeScript sees them in a user's project, with each runner version's own types: right calls compile, wrong ones
// do not (`@ts-expect-error`), and what the kit declares fits the runner even in a project without `skipLibCheck`.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { installBeside } from './install-beside.ts';
import { createProject } from './project.ts';
import { root } from './run.ts';
import { jest29, jest30, vitest3 } from './runner-packages.ts';

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  strict: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  types: ['node'],
};

// All programs read the same files of TypeScript and Node: they are parsed once.
const parsed = new Map<string, ts.SourceFile | undefined>();

function check(folder: string, file: string, settings: ts.CompilerOptions): string[] {
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
const vitest5 = { vitest: installBeside('vitest', '5.1.1') };

interface Case {
  readonly file: string;
  readonly packages?: Readonly<Record<string, string>>;
  readonly types?: readonly string[];
  readonly commonJs?: boolean;
  readonly bundler?: boolean;
  /** `"module": "commonjs"` as TypeScript 5 understood it: no `exports` are read. */
  readonly node10?: boolean;
}
const cases: Readonly<Record<string, Case>> = {
  'vitest 4': { file: 'vitest.ts', packages: at('', 'vitest') },
  'vitest 4 with moduleResolution bundler': { file: 'vitest.ts', packages: at('', 'vitest'), bundler: true },
  'vitest 5': { file: 'vitest.ts', packages: vitest5 },
  'vitest 5 with an event map': { file: 'vitest-map.ts', packages: vitest5 },
  'vitest 4 as CommonJS': { file: 'vitest.ts', packages: at('', 'vitest'), commonJs: true },
  Playwright: { file: 'playwright.ts', packages: at('', '@playwright/test') },
  'Playwright as CommonJS': { file: 'playwright.ts', packages: at('', '@playwright/test'), commonJs: true },
  'mocha and chai': {
    file: 'mocha-chai.ts',
    packages: at('', 'chai', '@types/chai', '@types/mocha'),
    types: ['mocha'],
  },
  'node:test': { file: 'node-test.ts' },
  ...(vitest3 && {
    'vitest 3.2': { file: 'vitest.ts', packages: vitest3 },
    'vitest 3.2 with an event map': { file: 'vitest-map.ts', packages: vitest3 },
  }),
  ...(jest29 && {
    'jest 29': { file: 'jest-globals.ts', packages: jest29 },
    'jest 29 with its globals': { file: 'jest-types.ts', packages: jest29, types: ['jest'] },
  }),
  ...(jest30 && {
    'jest 30': { file: 'jest-globals.ts', packages: jest30 },
    'jest 30 as CommonJS': { file: 'jest-globals.ts', packages: jest30, commonJs: true },
    'jest 30 with "module": "commonjs"': { file: 'jest-globals.ts', packages: jest30, commonJs: true, node10: true },
    'jest 30 with its globals': { file: 'jest-types.ts', packages: jest30, types: ['jest'] },
  }),
};

test.each(Object.entries(cases))(
  'the types fit %s, and wrong arguments do not',
  (_name, { file, packages = {}, types = [], ...how }) => {
    using project = createProject(packages);
    if (how.commonJs) writeFileSync(join(project.folder, 'package.json'), '{}');
    for (const name of [file, 'orders.ts']) {
      cpSync(`${root}conformance/runners/types/${name}`, join(project.folder, name));
    }
    const resolution = how.bundler
      ? { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }
      : how.node10
        ? {
            module: ts.ModuleKind.CommonJS,
            moduleResolution: ts.ModuleResolutionKind.Node10,
            ignoreDeprecations: '6.0',
          }
        : {};
    expect(check(project.folder, file, { ...options, ...resolution, types: ['node', ...types] })).toEqual([]);
  },
);
