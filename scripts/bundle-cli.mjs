// Bundles the command line into packages/earwitness/dist/bin: one file that is read at start, one more with what assesses templates, one
// with the rest of the local cloud, and chunks that are read when they are first needed (js-yaml, the X.509 library, the ZIP reader, service
// models). Packages are taken from their sources: nothing has to be built first. The console's page is put beside it, when it was built.
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}packages/earwitness`;
const source = `${folder}/src/cli`;
const local = `${root}packages/local/src`;

const { peerDependencies } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
// What a project has or has not is its own choice.
const external = ['esbuild', ...Object.keys(peerDependencies)];

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
      const visit = (id, modules, known) => {
        if (modules.has(id) || known.some((others) => others.has(id))) return;
        modules.add(id);
        for (const imported of this.getModuleInfo(id)?.importedIds ?? []) visit(imported, modules, known);
      };
      visit(start, startModules, []);
      for (const id of assessment) visit(id, assessmentModules, [startModules, new Set([door])]);
      visit(`${source}/start-cloud.ts`, cloudModules, [startModules, assessmentModules]);
    },
  };
  const bundle = await rolldown({
    cwd: root,
    input: {
      earwitness: start,
      'global-setup': `${source}/global-setup.ts`,
      'global-teardown': `${source}/global-teardown.ts`,
    },
    platform: 'node',
    external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
    resolve: { conditionNames: ['@earwitness/source', 'import', 'default'] },
    transform: { target: 'node20.19' },
    checks: { ineffectiveDynamicImport: false },
    plugins: [findModules],
  });
  await bundle.write({
    dir: outdir,
    format: 'esm',
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
  const file = `${outdir}/earwitness.js`;
  chmodSync(file, 0o755);
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleCli();
