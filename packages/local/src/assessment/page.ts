// An assessment as a page of at most 80 columns: groups with their totals, what is alike said once.
import { variableName } from '@earwitness/protocol/internal/relay/names';
import { wrapWords } from '@earwitness/protocol/internal/text/wrap';
import type { Assessment, StandsIn, ToGive, Wrong } from './assessment.ts';

const COLUMNS = 80;

/** The message of what is wrong when nobody here makes the resource's type. */
export const NOT_SERVED = 'Earwitness does not make resources of these types';

/** Everything: what works, what stands in, what is doubtful, what is wrong, what has to be given. */
export function assessmentPage(assessment: Omit<Assessment, 'leaves' | 'parameters' | 'files'>): string[] {
  const { doubtful } = assessment;
  return [
    ...servedSection(assessment),
    ...standsInSection(assessment),
    ...section('Doubtful', doubtful.length, wrongLines(doubtful)),
    ...troublePage(assessment),
  ];
}

/** What keeps a template from being deployed. */
export function troublePage({ wrong, toGive }: Pick<Assessment, 'wrong' | 'toGive'>): string[] {
  return [
    ...section('Wrong', wrong.length, wrongLines(wrong)),
    ...section('To be given', toGive.length, [...toGive.flatMap(giveLines), ...variableLines(toGive)]),
  ];
}

function servedSection({ served }: Pick<Assessment, 'served'>): string[] {
  const rows = Object.entries(served).toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  const width = String(rows[0]?.[1] ?? 0).length;
  return section(
    'Served',
    total,
    rows.map(([type, count]) => `${String(count).padStart(width)} × ${type}`),
  );
}

function standsInSection({ standsIn }: Pick<Assessment, 'standsIn'>): string[] {
  const alike = groupBy(standsIn, ({ why, means }) => `${why}: ${means}`);
  return section(
    'Stands in',
    standsIn.length,
    [...alike].flatMap(([heading, members]) => [
      ...paragraph(heading),
      ...[...groupBy(members, ({ type }) => type)].flatMap(([type, same]) =>
        paragraph(`${same.length} × ${type}: ${same.map(nameOf).join(', ')}`, '  '),
      ),
    ]),
  );
}

function nameOf({ resource, property }: StandsIn): string {
  return property === undefined ? resource : `${resource}.${property}`;
}

function wrongLines(wrong: readonly Wrong[]): string[] {
  const alike = groupBy(wrong, ({ message, mend, resource }) =>
    message === NOT_SERVED ? message : [message, mend, resource].join('\n'),
  );
  return [...alike.values()].flatMap((same) => {
    const [{ message, mend, resource } = { message: '' }] = same;
    if (message === NOT_SERVED) return [...paragraph(`${message}:`), ...typeLines(same)];
    const at = [placeOf(same), resource].filter(Boolean).join(', ');
    const said = withoutHeading(message, resource);
    return [
      ...paragraph(at === '' ? said : `${at}: ${said}`),
      ...(mend === undefined ? [] : paragraph(`→ ${mend}`, '  ')),
    ];
  });
}

function typeLines(wrong: readonly Wrong[]): string[] {
  return [...groupBy(wrong, ({ type = '' }) => type)].flatMap(([type, same]) => {
    const names = same.map(({ resource }) => resource).join(', ');
    const place = placeOf(same);
    const [mend] = same.flatMap((one) => one.mend ?? []);
    return [
      ...paragraph(`${same.length} × ${type}: ${names}${place === '' ? '' : ` (${place})`}`, '  '),
      // It is copied: it stays on one line.
      ...(mend === undefined ? [] : [`    → ${mend}`]),
    ];
  });
}

/** Without CloudFormation's and SAM's own headings, which would stand on every second line. */
function withoutHeading(message: string, resource = ''): string {
  return message
    .replace(`Properties validation failed for resource ${resource} with message: `, '')
    .replace(/^Template (?:format |validation )?error: /, '')
    .replace(/^Resource with id \[(\w+)\] is invalid\. /, '$1: ');
}

function placeOf(found: readonly { readonly line?: number }[]): string {
  const lines = [...new Set(found.flatMap(({ line }) => line ?? []))];
  if (lines.length === 0) return '';
  return lines.length === 1 ? `line ${lines[0]}` : `lines ${lines.join(', ')}`;
}

function giveLines({ kind, name, line, resources, give }: ToGive): string[] {
  const of = resources === undefined ? '' : `, for ${resources.join(', ')}`;
  const at = line === undefined ? '' : ` (line ${line})`;
  // A command is copied: it stays on one line.
  return [...paragraph(`${kind} ${name}${of}${at}`), `  → ${give}`];
}

/** The other way to give parameters: whoever deploys without the command line has no flags. */
function variableLines(toGive: readonly ToGive[]): string[] {
  const names = toGive.flatMap(({ kind, name }) => (kind === 'parameter' ? [variableName(name)] : []));
  return names.length === 0 ? [] : paragraph(`or as variables, in the environment or in .env: ${names.join(', ')}`);
}

function section(name: string, total: number, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `  ${name}: ${total}`, ...lines.map((line) => `    ${line}`)];
}

/** A text with lines of its own (a compiler's message) keeps them. */
function paragraph(text: string, indent = ''): string[] {
  return text.split('\n').flatMap((line, index) => {
    const own = index === 0 ? '' : '    ';
    if (/^\s/.test(line)) return [`${indent}${own}${line}`];
    return wrapWords(line, COLUMNS - 4 - indent.length - own.length).map(
      (words, row) => `${indent}${own}${row === 0 ? '' : '  '}${words}`,
    );
  });
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
