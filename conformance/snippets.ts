// The snippets of the documentation, and what TypeScript says of them: each is a module of its own in a user's strict project, which
// knows what stands around it in the text (`events`, `placeOrder`, …) from a prelude.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as kit from 'earwitness';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Installed apart, because few need it. */
const JEST = `${root}conformance/runners/jest-30/node_modules`;
export const hasJest = existsSync(JEST);

/** One fenced block. */
export interface Snippet {
  /** `docs/guide/verbs.md:23` */
  readonly name: string;
  /** What stands behind the fence: `ts`, `ts run`, `sh`. */
  readonly info: string;
  readonly code: string;
}

/** Every fenced block of a page. */
export function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(root + file, 'utf8');
  return [...text.matchAll(/^( *)```(\w[^\n]*)\n(.*?)^ *```$/gms)].map(
    ({ 1: indent = '', 2: info = '', 3: code = '', index }) => ({
      name: `${file}:${text.slice(0, index).split('\n').length}`,
      info,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

/** The pages that people read: README files, the guide, the reference. */
export function pages(): string[] {
  const inFolder = (folder: string) =>
    readdirSync(root + folder)
      .filter((file) => file.endsWith('.md'))
      .map((file) => `${folder}/${file}`);
  const readmes = ['packages', 'examples'].flatMap((folder) =>
    readdirSync(root + folder)
      .map((name) => `${folder}/${name}/README.md`)
      .filter((file) => ts.sys.fileExists(root + file)),
  );
  return [
    'README.md',
    'packages/protocol/src/pattern/README.md',
    ...readmes,
    ...inFolder('docs/guide'),
    ...inFolder('docs/api'),
  ];
}

const PRELUDE = `
declare global {
  ${Object.keys(kit)
    .map((name) => `const ${name}: typeof import('earwitness').${name};`)
    .join('\n  ')}
  const events: import('earwitness').Subscription;
  const topic: import('earwitness').MemoryTopic;
  const expect: typeof import('earwitness/vitest').expect;
  const z: typeof import('zod');
  function orderCreated(id: string, detail?: object): object;
  function placeOrder(name: string): Promise<{ id: string }>;
  function createOrder(order?: object): Promise<{ id: string }>;
  const id: string;
  const executionArn: string;
}
export {};
`;

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  customConditions: ['@earwitness/source'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  types: ['node'],
  paths: {
    '@jest/globals': [`${JEST}/@jest/globals/build/index.d.ts`],
    '@jest/expect': [`${JEST}/@jest/expect/build/index.d.ts`],
    expect: [`${JEST}/expect/build/index.d.ts`],
  },
};

// The programs read the same files: they are parsed once.
const parsed = new Map<string, ts.SourceFile | undefined>();

/** What TypeScript finds wrong in the snippets, each with the line of its page. */
export function typeErrors(snippets: readonly Snippet[]): string[] {
  const files = new Map([
    [`${root}conformance/snippet-prelude.ts`, PRELUDE],
    // What `earwitness lock` writes.
    [`${root}conformance/events.ts`, 'export interface EventMap { OrderService: { OrderCreated: { id: string } } }'],
  ]);
  const named = new Map(snippets.map((snippet, index) => [`${root}conformance/snippet-${index}.ts`, snippet]));
  for (const [file, { code }] of named) files.set(file, `${code}\nexport {};\n`);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.getCurrentDirectory = () => root;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.getSourceFile = (file, language, ...rest) => {
    const text = files.get(file);
    if (text !== undefined) return ts.createSourceFile(file, text, language);
    if (!parsed.has(file)) parsed.set(file, getSourceFile(file, language, ...rest));
    return parsed.get(file);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
      const [, page = file, first = '0'] = /^(.*):(\d+)$/.exec(named.get(file)?.name ?? '') ?? [];
      return `${page}:${Number(first) + line + 1} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}
