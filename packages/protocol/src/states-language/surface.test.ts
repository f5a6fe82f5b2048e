// surface.md has every field, function and operator once, and the tests that it names exist.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OPERATORS, PATH_OPERATORS } from './choice/operators.ts';
import { COMPARISON, RULE } from './definition/fields/choice-rule.ts';
import { CATCHER, RETRIER } from './definition/fields/error-flow.ts';
import { BATCHER, PROCESSOR_CONFIG, READER, READER_CONFIG, WRITER, WRITER_CONFIG } from './definition/fields/map.ts';
import type { Shape } from './definition/fields/shape.ts';
import { BRANCH, MACHINE, PROCESSOR, STATES } from './definition/fields/states.ts';
import { FUNCTIONS } from './query/intrinsics/functions.ts';
import { OWN_FUNCTIONS } from './query/jsonata/functions/own-functions.ts';

const SERVICES = '../../../local/src/services/';

function text(name: string): string {
  return readFileSync(
    new URL(name.startsWith('stepfunctions/') ? SERVICES + name : `./${name}`, import.meta.url),
    'utf8',
  );
}

/** Rows by section: cells without their blanks. */
const sections = new Map(
  text('surface.md')
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title = '', ...lines] = section.split('\n');
      const rows = lines.filter((line) => line.startsWith('| ')).map((line) => line.slice(2, -2).split(' | '));
      return [title.split(' ')[0] ?? '', rows.slice(1)] as const;
    }),
);

const rowsOf = (section: string) => sections.get(section) ?? [];

const SHAPES: Readonly<Record<string, Shape>> = {
  machine: MACHINE,
  branch: BRANCH,
  ItemProcessor: PROCESSOR,
  ProcessorConfig: PROCESSOR_CONFIG,
  ...STATES,
  rule: RULE,
  comparison: COMPARISON,
  Retry: RETRIER,
  Catch: CATCHER,
  ItemReader: READER,
  ReaderConfig: READER_CONFIG,
  ItemBatcher: BATCHER,
  ResultWriter: WRITER,
  WriterConfig: WRITER_CONFIG,
};

const operators = [...Object.keys(OPERATORS), ...Object.keys(PATH_OPERATORS), 'IsPresent'];

test.each(Object.entries(SHAPES))(
  'every field of %s stands there once, with its query language',
  (place, { fields }) => {
    const rows = rowsOf('Fields').filter(([named]) => named === place);
    const told = rows.flatMap(([, language, members = '']) =>
      members.split(' ').map((member) => `${member} ${language}`),
    );
    const taken = Object.entries(fields)
      .filter(([name]) => !operators.includes(name))
      .map(([name, { only = 'both' }]) => `${name} ${only}`);
    expect(told.toSorted()).toEqual(taken.toSorted());
  },
);

test('no other place stands there', () => {
  const places = new Set(rowsOf('Fields').map(([place]) => place));
  expect([...places].toSorted()).toEqual(Object.keys(SHAPES).toSorted());
});

test('every function and operator stands there once', () => {
  expect(rowsOf('Intrinsic').map(([name]) => name)).toEqual(Object.keys(FUNCTIONS).toSorted());
  const added = rowsOf('JSONata,').flatMap(([name = '', standing]) =>
    /^\$\w+$/.test(name) && standing === 'served' ? name.slice(1) : [],
  );
  expect(added).toEqual(Object.keys(OWN_FUNCTIONS).toSorted());
  expect(
    rowsOf('Operators')
      .flatMap(([names = '']) => names.split(' '))
      .toSorted(),
  ).toEqual(operators.toSorted());
});

const named = [...sections.values()]
  .flat()
  .flatMap((row) => (row.at(-1) ?? '').split(/; (?=[\w/-]+\.(?:test\.ts|json): )/))
  .map((reference) => {
    const at = reference.indexOf(': ');
    return [reference.slice(0, at), reference.slice(at + 2)] as const;
  });

test('every row names tests that exist', () => {
  const missing = named.filter(([file, name]) => !holds(text(file), name, file.endsWith('.json')));
  expect(missing).toEqual([]);
  expect(named.length).toBeGreaterThan(120);
});

/** Whether a file has a test of this name, or a case that begins so. */
function holds(content: string, name: string, isTable: boolean): boolean {
  if (isTable) return content.includes(`"${name}`);
  const quoted = [`'${name}'`, `"${name}"`, `\`${name}\``, `'${name.replaceAll("'", "\\'")}'`];
  return quoted.some((title) => content.includes(title));
}
