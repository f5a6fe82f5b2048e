// Bundles the command line into packages/earwitness/dist/bin: one file that is read at start, one more with what assesses templates, one
// with the rest of the local cloud, and chunks that are read when they are first needed (js-yaml, the X.509 library, the ZIP reader, service
// models). Packages are taken from their sources: nothing has to be built first. The console's page is put beside it, when it was built.
// The bundle is CommonJS, and loaded by packages/earwitness/src/cli/process/load-bundle.ts.
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';
import { parseSync, Visitor } from 'rolldown/utils';
import { addImports } from './one-chunk.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}packages/earwitness`;
const source = `${folder}/src/cli`;
const local = `${root}packages/local/src`;

const { peerDependencies } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
// What a project has or has not is its own choice.
const external = ['esbuild', ...Object.keys(peerDependencies)];
const isExternal = (id) => id.startsWith('node:') || external.some((name) => id === name || id.startsWith(`${name}/`));

/** What runners load: they look for a default export, and Node gives importers of CommonJS none. */
const globals = ['global-setup', 'global-teardown'];

const globalDoor = (name) => `import { fileURLToPath } from 'node:url';
import { load } from './load-bundle.js';
export default load(fileURLToPath(new URL('${name}.js', import.meta.url))).default;
`;

/** What is not in the bundle is imported by the loader: it says why. */
const byTheLoader = {
  name: 'import() by the loader',
  transform: {
    filter: { id: /\/packages\/\w+\/src\//, code: /\bimport\(/ },
    handler(code, id) {
      const places = [];
      const { program } = parseSync(id, code);
      new Visitor({
        ImportExpression({ start, source }) {
          if (source.type !== 'Literal' || isExternal(source.value)) places.unshift(start);
        },
      }).visit(program);
      return places.reduce((text, at) => `${text.slice(0, at)}importModule${text.slice(at + 'import'.length)}`, code);
    },
  },
};

/** V8 keeps a text of ASCII in half the memory, and Node reads it in a tenth of the time. */
const inAscii = {
  name: 'ASCII',
  generateBundle(_options, chunks) {
    for (const chunk of Object.values(chunks)) {
      // Where \u2026 would not be read as the character that it is.
      const [raw] = /String\.raw`[^`]*?[^`\0-\x7f][^`]*`|\\[^\0-\x7f]/.exec(chunk.code) ?? [];
      if (raw) throw new Error(`${chunk.fileName} has ${raw}, beside which a character cannot be escaped.`);
      chunk.code = chunk.code.replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    }
  },
};

/** @returns the path of the bundled command line. */
export async function bundleCli() {
  const start = `${source}/main.ts`;
  const outdir = `${folder}/dist/bin`;
  rmSync(outdir, { recursive: true, force: true });
  const startModules = new Set();
  const assessmentModules = new Set();
  const cloudModules = new Set();
  // The door of the local cloud's package leads everywhere: what comes through it is listed here.
  const door = `${local}/index.ts`;
  const assessment = [
    `${source}/commands/check.ts`,
    `${local}/assessment/assessor.ts`,
    `${local}/assessment/page.ts`,
    `${local}/functions/code/unpack.ts`,
  ];
  const findModules = {
    name: 'what is loaded together',
    buildEnd() {
      addImports(this, start, startModules);
      for (const id of assessment) addImports(this, id, assessmentModules, [startModules, new Set([door])]);
      addImports(this, `${source}/start-cloud.ts`, cloudModules, [startModules, assessmentModules]);
    },
  };
  const bundle = await rolldown({
    cwd: root,
    input: {
      main: start,
      ...Object.fromEntries(globals.map((name) => [name, `${source}/${name}.ts`])),
    },
    platform: 'node',
    external: isExternal,
    resolve: { conditionNames: ['@earwitness/source', 'import', 'default'] },
    transform: { target: 'node20.19' },
    checks: { ineffectiveDynamicImport: false },
    plugins: [byTheLoader, findModules, inAscii],
  });
  await bundle.write({
    dir: outdir,
    format: 'cjs',
    // A door with nothing but a default export has it by that name, too.
    exports: 'named',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: {
      groups: [
        { name: 'start', test: (id) => id !== start && startModules.has(id) },
        { name: 'assessment', test: (id) => assessmentModules.has(id) },
        { name: 'cloud', test: (id) => cloudModules.has(id) },
      ],
    },
    comments: false,
    // Lines stay: a stack trace names one.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
  });
  await bundle.close();
  const page = `${root}packages/console/dist/console.html`;
  if (existsSync(page)) copyFileSync(page, `${outdir}/console.html`);
  await build({
    entryPoints: [`${source}/process/load-bundle.ts`],
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
  });
  writeFileSync(`${outdir}/package.json`, '{ "type": "commonjs" }\n');
  const file = `${outdir}/earwitness.js`;
  writeFileSync(file, `#!/usr/bin/env node\nrequire('./load-bundle.js').load(require.resolve('./main.js'));\n`);
  chmodSync(file, 0o755);
  for (const name of globals) writeFileSync(`${outdir}/${name}.mjs`, globalDoor(name));
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleCli();
