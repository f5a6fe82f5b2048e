// The rules of STYLE.md that a machine can check and no linter does: `node scripts/house.mjs`, part of `npm run check`. Each rule says
// what it found and what was expected; the first line of output of a rule that is kept is nothing at all.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const MAX_FILES = 15;
const MAX_LINES = 300;
const MAX_TEST_LINES = 600;
const MAX_COLUMNS = 120;

const PACKAGES = ['protocol', 'local', 'earwitness', 'console'].map((name) => `packages/${name}/src`);

const problems = [];
const complain = (path, message) => problems.push(`${path}: ${message}`);

const everyFolder = PACKAGES.flatMap((root) => [root, ...foldersUnder(root)]);
const folders = everyFolder.filter((folder) => !isGenerated(folder));
const filesIn = (folder) => typescriptIn(folder).map((name) => join(folder, name));
const files = folders.flatMap(filesIn);
const everyFile = everyFolder.flatMap(filesIn);

for (const folder of folders) filesPerFolder(folder);
for (const path of files) {
  const text = readFileSync(path, 'utf8');
  if (isGeneratedText(text)) continue;
  length(path, text);
  commentWidth(path, text);
  namesInComments(path, text);
  if (!isTest(path) && !path.startsWith('packages/earwitness/')) timeAndChance(path, text);
}
for (const folder of folders) {
  if (existsSync(join(folder, 'README.md'))) namesInReadme(join(folder, 'README.md'));
}
for (const folder of subfolders('packages/local/src/services')) formOfService(folder);

console.log(problems.join('\n'));
process.exit(problems.length === 0 ? 0 : 1);

/** A room has at most 15 files beside its tests; lists of one kind of thing may be longer. */
function filesPerFolder(folder) {
  if (/\/(operations|resources|cases|commands)$/.test(folder)) return;
  const count = typescriptIn(folder).filter((name) => !isTest(name)).length;
  if (count > MAX_FILES) complain(folder, `${count} files; at most ${MAX_FILES} make a room (tests not counted).`);
}

/** What is longer says why in its first comment: "Long because …". */
function length(path, text) {
  const lines = text.split('\n').length - 1;
  const limit = isTest(path) ? MAX_TEST_LINES : MAX_LINES;
  if (lines <= limit || /^\/\/ .*Long because/m.test(text.slice(0, text.indexOf('\nimport')))) return;
  complain(path, `${lines} lines; above ${limit} the first comment says "Long because …".`);
}

/** The formatter wraps code at 120 columns and leaves comments alone. A line without a space to break at (a URL) may be longer. */
function commentWidth(path, text) {
  for (const [index, line] of text.split('\n').entries()) {
    if (line.length <= MAX_COLUMNS || !/^\s*(\/\/|\/?\*)/.test(line)) continue;
    const breaks = line
      .slice(0, MAX_COLUMNS)
      .trimStart()
      .replace(/^(\/\/|\/?\*+) ?/, '')
      .includes(' ');
    if (breaks) complain(`${path}:${index + 1}`, `a comment of ${line.length} columns; at most ${MAX_COLUMNS}.`);
  }
}

/** Files that a comment names with their folder are there. `src/…` and `test/…` are a user's. */
function namesInComments(path, text) {
  for (const [index, line] of text.split('\n').entries()) {
    const [, comment = ''] = /^\s*(?:\/\/|\/?\*)(.*)/.exec(line) ?? [];
    for (const [name] of comment.matchAll(/(?<![\w./@-])(?:[\w-]+\/)+[\w.-]+\.ts\b/g)) {
      if (/^(src|test)\//.test(name) || existsSync(name)) continue;
      if (!everyFile.some((file) => file.endsWith(`/${name}`)))
        complain(`${path}:${index + 1}`, `names ${name}, which is not there.`);
    }
  }
}

/** Only the clock tells the time, only the injected source makes ids. */
function timeAndChance(path, text) {
  if (/\/(clock\/clock|ids|functions\/worker\/.*|functions\/runtime\/.*|console\/src\/time)\.ts$/.test(path)) return;
  for (const [index, line] of text.split('\n').entries()) {
    const found =
      /\b(Date\.now\(|new Date\(\)|performance\.now\(|process\.hrtime|Math\.random\(|setTimeout\(|setInterval\()/.exec(
        line.replace(/\/\/.*|^\s*\*.*/, ''),
      );
    if (found)
      complain(`${path}:${index + 1}`, `${found[1]} — time comes from the clock, ids from the injected source.`);
  }
}

/** Files that a room's README names are there. */
function namesInReadme(path) {
  const folder = dirname(path);
  const text = readFileSync(path, 'utf8');
  for (const [, name] of text.matchAll(/`([\w./-]+\.(?:ts|md|mjs))`/g)) {
    const places = [
      folder,
      dirname(folder),
      'packages/local/src',
      'packages/protocol/src',
      'packages/earwitness/src',
      'packages',
      '.',
    ];
    const below = foldersUnder(folder);
    if (name !== 'earwitness.config.ts' && ![...places, ...below].some((place) => existsSync(join(place, name))))
      complain(path, `names ${name}, which is not there.`);
  }
}

/** The one form of a service: CONTRIBUTING.md, "Add a service". */
function formOfService(folder) {
  for (const name of ['service.ts', 'parts.ts', 'README.md', 'operations']) {
    if (!existsSync(join(folder, name))) complain(folder, `has no ${name}.`);
  }
  const tests = [folder, ...foldersUnder(folder)].flatMap((one) => readdirSync(one).filter(isTest));
  if (tests.length === 0) complain(folder, 'has no test.');
  for (const name of typescriptIn(join(folder, 'operations')).filter((one) => !isTest(one))) {
    const text = readFileSync(join(folder, 'operations', name), 'utf8');
    const exported = [...text.matchAll(/^export function (\w+Operations)\(/gm)];
    if (!text.includes('satisfies OperationsOf<')) continue;
    if (exported.length !== 1)
      complain(join(folder, 'operations', name), 'a noun a file: expected one function …Operations.');
  }
}

function isTest(path) {
  return /\.test\.tsx?$|(^|\/)test-[^/]+\.ts$/.test(path);
}

function isGenerated(folder) {
  return /\/models$|\/proto$/.test(folder);
}

function isGeneratedText(text) {
  // protoc-gen-es writes the comment of the .proto file before it.
  return /^(\/\/.*\n|\n)*\/\/ (Generated|@generated)/.test(text);
}

function typescriptIn(folder) {
  return existsSync(folder) ? readdirSync(folder).filter((name) => /\.tsx?$/.test(name)) : [];
}

function subfolders(folder) {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isDirectory());
}

function foldersUnder(folder) {
  return subfolders(folder).flatMap((path) => [path, ...foldersUnder(path)]);
}
