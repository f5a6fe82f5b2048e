// Bundles the console into one file, packages/console/dist/console.html: its script and its styles stand in the page, and nothing comes
// from the network. The sources are enough: nothing has to be built first.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}packages/console`;

/** @returns the path of the page. */
export async function bundleConsole() {
  const bundle = await rolldown({
    cwd: root,
    input: `${folder}/src/main.tsx`,
    platform: 'browser',
    resolve: { conditionNames: ['@earwitness/source', 'import', 'default'] },
    transform: { target: 'es2023' },
  });
  const { output } = await bundle.generate({ format: 'iife', minify: true, comments: false, codeSplitting: false });
  await bundle.close();
  const file = `${folder}/dist/console.html`;
  mkdirSync(`${folder}/dist`, { recursive: true });
  writeFileSync(file, page(output[0].code, styles()));
  return file;
}

/** The page's own first, then those of its rooms. */
function styles() {
  const names = readdirSync(`${folder}/src`, { recursive: true }).filter((name) => name.endsWith('.css'));
  const depth = (name) => name.split('/').length;
  names.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  return names.map((name) => readFileSync(`${folder}/src/${name}`, 'utf8')).join('\n');
}

function page(script, style) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Earwitness</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="console"></div>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await bundleConsole());
