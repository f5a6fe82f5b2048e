// What the pattern engine weighs in somebody's bundle: minified and gzipped, whole and by what is imported. Fails above the limits,
// which are today's weight and a little room: growing is a decision.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const imports = [
  ['whole', '*', 22_000],
  ['parsePattern', 'parsePattern', 8_000],
  ['parsePattern, createMatcher', 'parsePattern, createMatcher', 17_500],
];

const weights = [];
let failed = false;
for (const [title, names, limit] of imports) {
  const statement =
    names === '*'
      ? "export * from '@earwitness/protocol/pattern'"
      : `export { ${names} } from '@earwitness/protocol/pattern'`;
  const { outputFiles } = await build({
    stdin: { contents: statement, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@earwitness/source'],
    target: 'es2023',
    write: false,
  });
  const size = gzipSync(outputFiles[0].contents).length;
  failed ||= size > limit;
  weights.push(`${title} ${(size / 1000).toFixed(1)} kB${size > limit ? ` (limit ${limit / 1000})` : ''}`);
}
console.log(`@earwitness/protocol/pattern, gzipped: ${weights.join(' · ')}`);
process.exit(failed ? 1 : 0);
