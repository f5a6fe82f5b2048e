// Bundles the test kit's doors over what tsc wrote: importing forty small files costs five times what importing one does, and every test file
// of every user pays it. What a failing wait or one transport needs stays in chunks of its own, read when first needed. Types stay tsc's.
// Doors with a `require` condition are bundled once more as CommonJS, into dist/cjs: jest without its flag for modules cannot load any.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleDoors } from './one-chunk.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}packages/earwitness`;
const { exports: doors, peerDependencies } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
const source = (door) => door['@earwitness/source'];

const common = {
  absWorkingDir: folder,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  conditions: ['@earwitness/source'],
  external: ['esbuild', ...Object.keys(peerDependencies)],
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
};

// The doors that hold the local cloud are bundle-cli.mjs's.
const kitDoors = Object.values(doors)
  .map(source)
  .filter((file) => !file.startsWith('./src/cli/'));
await bundleDoors(folder, {
  doors: Object.fromEntries(kitDoors.map((file) => [file.replace(/^\.\/src\/|\.ts$/g, ''), file])),
  chunk: 'kit',
  external: common.external,
});

// esbuild splits no CommonJS. So that an error is of the same class for every door, the runners' doors require the first one, and it
// hands out, besides its own names, what they need of other rooms.
const [kit, ...runners] = Object.values(doors).filter((door) => door.require);
const rooms = new Set();
const cjs = {
  ...common,
  outbase: 'src',
  outdir: 'dist/cjs',
  format: 'cjs',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'earwitnessUrl' },
  banner: { js: "const earwitnessUrl = require('node:url').pathToFileURL(__filename).href;" },
};
rmSync(`${folder}/dist/cjs`, { recursive: true, force: true });
await build({
  ...cjs,
  entryPoints: runners.map(source),
  plugins: [
    {
      name: 'the kit is required',
      setup: ({ onResolve }) =>
        onResolve({ filter: /^\.\.\// }, ({ path }) => {
          rooms.add(path.slice(1));
          return { path: '../index.js', external: true };
        }),
    },
  ],
});
await build({
  ...cjs,
  stdin: {
    contents: [source(kit).replace('./src', '.'), ...rooms].map((path) => `export * from '${path}';`).join('\n'),
    resolveDir: `${folder}/src`,
    // A name of its own: as index.ts it would be what it hands on, and hand on nothing.
    sourcefile: 'required.ts',
  },
  outdir: undefined,
  outbase: undefined,
  outfile: 'dist/cjs/index.js',
  plugins: [
    {
      name: 'no import() in jest',
      setup: ({ onResolve }) =>
        onResolve({ filter: /\/import-config\.ts$/ }, () => ({ path: `${folder}/src/require-config.ts` })),
    },
  ],
});

// The same types, read as CommonJS: beside a package.json that says so.
const types = readdirSync(`${folder}/dist`, { recursive: true }).filter((file) => file.endsWith('.d.ts'));
for (const file of types.filter((name) => !/^(cli|cjs)\//.test(name))) {
  const text = readFileSync(join(folder, 'dist', file), 'utf8');
  cpSync(join(folder, 'dist', file), join(folder, 'dist/cjs', file));
  writeFileSync(
    join(folder, 'dist/cjs', file),
    text.replaceAll(
      /^((?:import|export) type .* from '@earwitness\/[^']*')/gm,
      "$1 with { 'resolution-mode': 'import' }",
    ),
  );
}
writeFileSync(`${folder}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
