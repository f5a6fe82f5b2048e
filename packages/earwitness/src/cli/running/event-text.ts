// The event that a person sends, as JSON text: from an argument, a file or standard input, and from flags, which come
// on top. Text, because numbers and keys of the detail have to arrive as they were written.
import { compactJson, elementsOf, findJsonFault, membersOf } from '@earwitness/protocol/internal/events/json-text';
import { UsageError } from '../usage-error.ts';
import { checkJson, readInput } from './read-input.ts';

export interface EventFlags {
  /** `-` is standard input. */
  readonly file?: string;
  readonly source?: string;
  readonly detailType?: string;
  /** JSON text. */
  readonly detail?: string;
  readonly bus?: string;
  readonly resource?: readonly string[];
}

/** @throws UsageError when there is no event, or text that is no JSON */
export async function eventText(argument: string | undefined, flags: EventFlags): Promise<string> {
  const { file } = flags;
  if (argument !== undefined && file !== undefined) {
    throw new UsageError('the event is given twice: as an argument and by --file.');
  }
  const changes = changesOf(flags);
  if (argument === undefined && file === undefined && changes.size === 0) {
    throw new UsageError(
      'which event? Give it as JSON, by --file (- is standard input), or by --source, --detail-type and --detail.',
    );
  }
  if (argument !== undefined) refuseFileName(argument);
  const text = file === undefined ? (argument ?? '{"detail":{}}') : await readInput(file, 'the event');
  checkJson(text, file === undefined ? 'the event' : `the event in ${file}`);
  const json = compactJson(text) ?? text;
  return json.startsWith('[')
    ? `[${elementsOf(json)
        .map((event) => change(event, changes))
        .join(',')}]`
    : change(json, changes);
}

/** An argument that can only be meant as a file. */
function refuseFileName(argument: string): void {
  if (!/^[^\s{["]+$/.test(argument) || findJsonFault(argument) < 0) return;
  throw new UsageError(`the event is JSON, and '${argument}' is none. A file is named by --file: --file ${argument}.`);
}

/** Members of the envelope by name, as JSON text. */
function changesOf({ source, detailType, detail, bus, resource }: EventFlags): ReadonlyMap<string, string> {
  if (detail !== undefined) checkJson(detail, '--detail');
  const changes = new Map<string, string>();
  const set = (name: string, value: unknown) => value !== undefined && changes.set(name, JSON.stringify(value));
  set('source', source);
  set('detail-type', detailType);
  if (detail !== undefined) changes.set('detail', detail);
  set('bus', bus);
  set('resources', resource);
  return changes;
}

function change(event: string, changes: ReadonlyMap<string, string>): string {
  if (!event.startsWith('{')) return event;
  const members = new Map(membersOf(event).map(({ key, value }) => [key, value]));
  for (const [name, value] of changes) members.set(name, value);
  return `{${[...members].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}
