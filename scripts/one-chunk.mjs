// What a door of a library loads is one chunk, and what is read when first needed (import()) is chunks of its own. Left alone, a bundler cuts
// what loads into a dozen pieces, one for each set of doors that share it. Written as modules, over what tsc wrote; types stay tsc's.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/**
 * Adds a module and what it imports, and what that imports, to `modules`; what is in one of `known` is left out.
 * @param context what rolldown gives a plugin's hook as `this`.
 */
export function addImports(context, id, modules, known = []) {
  if (modules.has(id) || known.some((others) => others.has(id))) return;
  modules.add(id);
  for (const imported of context.getModuleInfo(id)?.importedIds ?? []) addImports(context, imported, modules, known);
}

/**
 * Bundles doors of a package from their sources into its `dist`.
 * @param folder the package's, absolute.
 * @param doors the source of each door by the name of its bundle; what the first one loads is the one chunk.
 * @param external names of packages that are not bundled.
 */
export async function bundleDoors(folder, { doors, chunk, external }) {
  const [first] = Object.values(doors);
  const modules = new Set();
  const bundle = await rolldown({
    cwd: folder,
    input: doors,
    platform: 'node',
    external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
    resolve: { conditionNames: ['@earwitness/source', 'import', 'default'] },
    transform: { target: 'node20.19' },
    checks: { ineffectiveDynamicImport: false },
    plugins: [
      {
        name: 'what the first door loads',
        buildEnd() {
          addImports(this, join(folder, first), modules);
        },
      },
    ],
  });
  // Chunks are named by their content: those of earlier builds would pile up.
  rmSync(`${folder}/dist/chunks`, { recursive: true, force: true });
  await bundle.write({
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: { groups: [{ name: chunk, test: (id) => modules.has(id) }] },
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
    sourcemap: true,
  });
  await bundle.close();
}
