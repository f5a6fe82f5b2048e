// Bundles the test kit's doors over what tsc wrote: importing forty small files costs five times what importing one does, and every test file
// of every user pays it. What a failing wait or one transport needs stays in chunks of its own, read when first needed. Types stay tsc's.
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}packages/earwitness`;
const { exports: doors, peerDependencies } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));

// Chunks are named by their content: those of earlier builds would pile up.
rmSync(`${folder}/dist/chunks`, { recursive: true, force: true });
await build({
  absWorkingDir: folder,
  entryPoints: Object.values(doors).map((door) => door['@earwitness/source']),
  outdir: 'dist',
  outbase: 'src',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  conditions: ['@earwitness/source'],
  external: ['esbuild', ...Object.keys(peerDependencies)],
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  logLevel: 'warning',
});
