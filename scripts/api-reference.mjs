// npm run docs: writes docs/api/ from the TSDoc of the public doors, a page for each. Names are grouped by the door's own headings
// (`// # Expect`), or else by their kinds; a function is shown by its signature, without defaults and patterns of its source. Refuses an
// exported name or method without a sentence; `--check` writes nothing and fails when a page is not what it would write. (TypeDoc's
// pages of the same doors were five times as long, most of it members inherited from Error.)
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'docs/api');
const doors = ['earwitness', 'local', 'protocol'].flatMap((folder) => {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([path]) => !path.includes('*') && path !== './package.json')
    .map(([path, { '@earwitness/source': source }]) => {
      const door = name + path.slice(1);
      return {
        door,
        page: `${door.replace('@earwitness/', '').replaceAll('/', '-')}.md`,
        file: join(root, 'packages', folder, source),
      };
    });
});

const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(
  { ...config.compilerOptions, noEmit: true, composite: false },
  root,
);
const program = ts.createProgram(
  doors.map(({ file }) => file),
  options,
);
const checker = program.getTypeChecker();
const gaps = [];

/** What a door exports, by name: the declarations, and the words and tags before them. */
function namesOf({ file, door }) {
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(file));
  return checker.getExportsOfModule(symbol).map((exported) => {
    const meant = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const [node, ...others] = meant.declarations;
    // Of a function with several signatures the last declaration is the one with its body, which no caller sees.
    const overloads = ts.isFunctionDeclaration(node) ? others.slice(0, -1) : [];
    return { name: exported.name, ...wordsOf(meant, `${door}: ${exported.name}`), node, overloads };
  });
}

const isForeign = (node) => node.getSourceFile().fileName.includes('/node_modules/');

function wordsOf(symbol, where) {
  if (isForeign(symbol.declarations[0])) return { text: 'The runner’s own, handed on.', tags: [] };
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  if (text === '' && where) gaps.push(where);
  const tags = symbol
    .getJsDocTags(checker)
    .map(({ name, text: parts }) => ({ name, text: ts.displayPartsToString(parts).trim() }));
  return { text, tags };
}

/** The headings of a door: what each exported name stands under. */
function headingsOf({ file }) {
  const source = program.getSourceFile(file);
  const headings = new Map();
  let heading;
  for (const statement of source.statements) {
    const comments = source.text.slice(statement.getFullStart(), statement.getStart());
    heading = /^\/\/ # (.+)$/m.exec(comments)?.[1] ?? heading;
    if (!ts.isExportDeclaration(statement) || !statement.exportClause) continue;
    for (const { name } of statement.exportClause.elements) headings.set(name.text, heading);
  }
  return headings;
}

const KINDS = ['Functions', 'Values', 'Classes', 'Errors', 'Interfaces', 'Types'];
function kindOf({ name, node }) {
  if (ts.isFunctionDeclaration(node)) return 'Functions';
  if (ts.isClassDeclaration(node)) return name.endsWith('Error') ? 'Errors' : 'Classes';
  if (ts.isInterfaceDeclaration(node)) return 'Interfaces';
  return ts.isTypeAliasDeclaration(node) ? 'Types' : 'Values';
}

/** A declaration's own text, without comment, body, modifiers that say nothing to a caller, and up to `until`. */
function textOf(node, until = node.end) {
  return node
    .getSourceFile()
    .text.slice(node.getStart(), until)
    .replace(/^(export |declare |async |static )+/, '')
    .replace(/\n( *)\/\/ biome-ignore[^\n]*/g, '')
    .trim()
    .replace(/[;{]$/, '')
    .trim();
}

function signatureOf(node) {
  if (ts.isVariableDeclaration(node)) {
    const type = checker
      .typeToString(checker.getTypeAtLocation(node), node, ts.TypeFormatFlags.NoTruncation)
      .replaceAll(/import\("[^"]*"\)\./g, '');
    const { initializer, type: annotation } = node;
    const shown =
      !annotation && initializer && ts.isObjectLiteralExpression(initializer)
        ? `= ${initializer.getText()}`
        : `: ${type}`;
    return `const ${node.name.getText()}${shown.startsWith('=') ? ' ' : ''}${shown}`;
  }
  if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) {
    const end = node.members.length > 0 ? node.members.pos : node.end;
    return textOf(node, end).replace(/\s*\{\s*\}?$/, '');
  }
  return ts.isFunctionLike(node) ? callSignature(node) : textOf(node);
}

/** Columns of a signature that stands on one line. */
const COLUMNS = 100;

/** What a caller has to know of a function: names, which may be left out, types. */
function callSignature(node) {
  const keyword = ts.isFunctionDeclaration(node) ? 'function ' : '';
  const types = node.typeParameters?.map((parameter) => oneLine(parameter.getText())).join(', ');
  const head = `${keyword}${node.name.getText()}${types === undefined ? '' : `<${types}>`}`;
  const parameters = node.parameters.map(parameterOf);
  const result = node.type ? `: ${oneLine(node.type.getText())}` : '';
  const line = `${head}(${parameters.join(', ')})${result}`;
  return line.length <= COLUMNS ? line : `${head}(\n${parameters.map((text) => `  ${text},\n`).join('')})${result}`;
}

function parameterOf({ dotDotDotToken, initializer, name, questionToken, type }) {
  const label = ts.isIdentifier(name) ? name.text : 'options';
  const printed = type ? oneLine(type.getText()) : checker.typeToString(checker.getTypeAtLocation(name));
  const isOptional = questionToken !== undefined || initializer !== undefined;
  return `${dotDotDotToken ? '...' : ''}${label}${isOptional ? '?' : ''}: ${printed.replace(/ \| undefined$/, '')}`;
}

/** The members a caller may use: those with a comment, and all of an interface. */
function membersOf(node) {
  if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node)) return [];
  return node.members.filter(
    (member) =>
      member.name &&
      !ts.isPrivateIdentifier(member.name) &&
      !ts.isConstructorDeclaration(member) &&
      !(
        ts.getCombinedModifierFlags(member) &
        (ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Override)
      ),
  );
}
const isField = (member) =>
  ts.isPropertySignature(member) || ts.isPropertyDeclaration(member) || ts.isGetAccessor(member);

// GitHub's own rule for a heading's anchor: repeated ones are counted.
function anchors() {
  const seen = new Map();
  return (heading) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  };
}

const pages = doors.map((door) => {
  const byKind = (one, other) => KINDS.indexOf(kindOf(one)) - KINDS.indexOf(kindOf(other));
  const names = namesOf(door).sort(byKind);
  const headings = headingsOf(door);
  const headingOf = (name) => headings.get(name.name) ?? kindOf(name);
  const inOrder = [...headings.values()].some((heading) => heading !== undefined) ? headings.values() : KINDS;
  const sorted = [...new Set(inOrder)]
    .map((heading) => [heading, names.filter((name) => headingOf(name) === heading)])
    .filter(([, list]) => list.length > 0);
  const anchor = anchors();
  for (const heading of [door.door, ...sorted.map(([kind]) => kind)]) anchor(heading);
  for (const [, list] of sorted) {
    for (const name of list) {
      name.heading = kindOf(name) === 'Functions' ? `${name.name}()` : name.name;
      name.anchor = anchor(name.heading);
      const methods = membersOf(name.node).filter((member) => !isField(member));
      name.members = new Map(methods.map((member) => [member, anchor(memberHeading(name, member))]));
    }
  }
  return { ...door, sorted, anchorOf: new Map(names.map(({ name, anchor: at }) => [name, at])) };
});

function memberHeading({ name }, member) {
  const label = member.name.getText();
  return `${name}${label.startsWith('[') ? '' : '.'}${label}()`;
}

/** A link to an exported name: on the same page, else on the first that has it. */
function linkTo(name, page) {
  const home = page.anchorOf.has(name) ? page : pages.find(({ anchorOf }) => anchorOf.has(name));
  return home && `${home === page ? '' : home.page}#${home.anchorOf.get(name)}`;
}

const linked = (code, page) => {
  const target = linkTo(code.replace(/<.*/s, '').replace(/\[\]$/, ''), page);
  const shown = `\`${code.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')}\``;
  return target ? `[${shown}](${target})` : shown;
};
// Types are linked where prose names them; a function's name is mostly a word of the sentence.
const prose = (text, page) =>
  text.replace(/(?<![`[])`([A-Z]\w+)`/g, (whole, name) => (linkTo(name, page) ? linked(name, page) : whole));
// A list over several lines ends with a comma, and one on a line does not.
const oneLine = (text) =>
  text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/,? ([)>\]])/g, '$1')
    .replaceAll(/([(<[]) /g, '$1');
const cell = (text) => text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
const firstSentence = (text) => /^.*?[.:](?=\s|$)|^.+/s.exec(text)?.[0].replace(/:$/, '.') ?? '';

/** What the tags say: parameters, errors, examples, sources. */
function tagged(tags, page) {
  const list = (name, title, item) => {
    const found = tags.filter((tag) => tag.name === name);
    return found.length === 0 ? [] : [`${title}\n\n${found.map(({ text }) => `- ${item(cell(text))}`).join('\n')}`];
  };
  const example = tags.filter(({ name }) => name === 'example').map(({ text }) => `\`\`\`ts example\n${text}\n\`\`\``);
  const named = (text) => text.replace(/^(\S+)\s*(- )?/, (_, name) => `${linked(name, page)}: `);
  return [
    ...list('param', 'Parameters:', (text) => prose(named(text), page)),
    ...list('throws', 'Rejects or throws:', (text) =>
      prose(
        text.replace(/^(\w+)\s*/, (_, name) => `${linked(name, page)} `),
        page,
      ),
    ),
    ...example,
    ...list('see', 'See:', (text) => text),
  ];
}

const code = (text) => `\`\`\`ts\n${text};\n\`\`\``;

function fieldRow(member, page) {
  const { text, tags } = wordsOf(checker.getSymbolAtLocation(member.name));
  const type = member.type ? member.type.getText() : checker.typeToString(checker.getTypeAtLocation(member));
  const throws = tags.filter(({ name }) => name === 'throws').map((tag) => ` Throws ${tag.text}.`);
  return `| \`${member.name.getText()}${member.questionToken ? '?' : ''}\` | ${linked(type, page)} | ${prose(cell(text), page)}${throws.join('')} |`;
}

/** Whether a declaration's line tells more than the heading: a plain interface's does not, its table follows. */
function saysMore({ name, node }) {
  return !isForeign(node) && !['class', 'interface'].some((kind) => signatureOf(node) === `${kind} ${name}`);
}

function section(name, page) {
  const members = membersOf(name.node);
  const fields = members.filter(isField);
  const methods = members.filter((member) => !isField(member));
  const rows = fields.map((member) => fieldRow(member, page));
  return [
    `### ${name.heading}`,
    prose(name.text, page),
    ...(saysMore(name) ? [code([name.node, ...name.overloads].map(signatureOf).join(';\n'))] : []),
    ...tagged(name.tags, page),
    ...(methods.length > 3 ? [overview(name, methods, page)] : []),
    ...(rows.length > 0 ? [`| member | type | |\n|---|---|---|\n${rows.join('\n')}`] : []),
    ...methods.flatMap((member) => {
      const { text, tags } = wordsOf(
        checker.getSymbolAtLocation(member.name),
        `${page.door}: ${memberHeading(name, member)}`,
      );
      return [
        `#### ${memberHeading(name, member)}`,
        prose(text, page),
        code(signatureOf(member)),
        ...tagged(tags, page),
      ];
    }),
  ];
}

/** What can be called, at a glance. */
function overview(name, methods, page) {
  const rows = methods.map((member) => {
    const { text } = wordsOf(checker.getSymbolAtLocation(member.name));
    const label = memberHeading(name, member).slice(name.name.length).replace(/^\./, '');
    return `| [\`${label}\`](#${name.members.get(member)}) | ${prose(cell(firstSentence(text)), page)} |`;
  });
  return `| method | |\n|---|---|\n${rows.join('\n')}`;
}

function render(page) {
  const comment = /^(\/\/ .*\n)+/.exec(readFileSync(page.file, 'utf8'))?.[0] ?? '';
  const contents = page.sorted.map(
    ([kind, list]) =>
      `**${kind}**\n\n${list.map(({ name, text, anchor }) => `- [\`${name}\`](#${anchor}): ${prose(cell(firstSentence(text)), page)}`).join('\n')}`,
  );
  const sections = page.sorted.flatMap(([kind, list]) => [
    `## ${kind}`,
    ...list.flatMap((name) => section(name, page)),
  ]);
  return `${[`# ${page.door}`, comment.replaceAll(/^\/\/ /gm, '').trim(), ...contents, ...sections].filter((part) => part !== '').join('\n\n')}\n`;
}

const files = new Map(pages.map((page) => [page.page, render(page)]));
const index = pages.map(
  ({ door, page, sorted }) => `| [\`${door}\`](${page}) | ${sorted.flatMap(([, list]) => list).length} names |`,
);
files.set(
  'README.md',
  `# API reference\n\nWritten by \`npm run docs\` from the comments in the source. How the parts are used: [the guide](../guide/README.md).\n\n| door | |\n|---|---|\n${index.join('\n')}\n`,
);

if (gaps.length > 0) {
  console.error(`without a sentence:\n${gaps.map((gap) => `  ${gap}`).join('\n')}`);
  process.exit(1);
}
const there = readdirSync(out, { recursive: false }).filter((file) => file.endsWith('.md'));
const stale = [...new Set([...files.keys(), ...there])].filter((file) => {
  return !files.has(file) || !there.includes(file) || readFileSync(join(out, file), 'utf8') !== files.get(file);
});
if (process.argv.includes('--check')) {
  for (const file of stale)
    console.error(`${relative(root, join(out, file))} is not what the source says: npm run docs`);
  process.exit(stale.length === 0 ? 0 : 1);
}
for (const file of there) rmSync(join(out, file));
mkdirSync(out, { recursive: true });
for (const [file, text] of files) writeFileSync(join(out, file), text);
console.log(`${stale.length} of ${files.size} pages written`);
