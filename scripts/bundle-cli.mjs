// Bundles the command line into packages/earwitness/dist/bin: one file that is read at start, and chunks that are read when they
// are first needed (js-yaml, the X.509 library, the ZIP reader, service models). Packages are taken from their sources: nothing has to be built first.
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// A CommonJS package behind `await import()` keeps its named exports only when they are spelled out: esbuild's chunks have a default.
const namedExports = {
  name: 'named exports of CommonJS packages',
  setup({ onResolve, onLoad }) {
    const packages = /^(selfsigned|yauzl)$/;
    onResolve({ filter: packages }, ({ path, kind, resolveDir }) =>
      kind === 'dynamic-import' ? { path, namespace: 'named', pluginData: resolveDir } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'named' }, async ({ path, pluginData }) => {
      const names = Object.keys(createRequire(`${pluginData}/`)(path));
      return {
        contents: `import all from '${path}';export const { ${names.join(', ')} } = all;`,
        resolveDir: pluginData,
      };
    });
  },
};

const root = fileURLToPath(new URL('..', import.meta.url));

const { peerDependencies } = JSON.parse(readFileSync(`${root}packages/earwitness/package.json`, 'utf8'));

/** @returns the path of the bundled command line. */
export async function bundleCli() {
  const outdir = `${root}packages/earwitness/dist/bin`;
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: {
      earwitness: 'packages/earwitness/src/cli/main.ts',
      'global-setup': 'packages/earwitness/src/cli/global-setup.ts',
      'global-teardown': 'packages/earwitness/src/cli/global-teardown.ts',
    },
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['@earwitness/source'],
    plugins: [namedExports],
    // What a project has or has not is its own choice.
    external: ['esbuild', ...Object.keys(peerDependencies)],
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
    // CommonJS packages in the bundle ask for `require`.
    banner: {
      js: "import { createRequire as earwitnessRequire } from 'node:module';const require = earwitnessRequire(import.meta.url);",
    },
  });
  const file = `${outdir}/earwitness.js`;
  chmodSync(file, 0o755);
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleCli();
