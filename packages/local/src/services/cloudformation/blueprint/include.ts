// The macro AWS::Include: `Fn::Transform: {Name: AWS::Include, Parameters: {Location: routes.yaml}}` anywhere, or as
// the template's `Transform`. Its members are replaced by those of the snippet. A file of this machine is included from
// the template's folder, as `aws cloudformation package` takes it along; objects in S3 are refused by name.
import { type Problem, problemsOf, refusal } from '@earwitness/protocol/internal/template/problem';
import { resolveValue, type Scope } from '@earwitness/protocol/internal/template/resolve';
import { isList, isMap, scalarText, type Value, type ValueMap } from '@earwitness/protocol/internal/template/value';
import type { BlueprintOrder } from './blueprint.ts';
import { directoryOf } from './code.ts';
import { readOutsideText } from './outside-text.ts';
import { type ParsedText, readTemplateText } from './parse.ts';

interface Including {
  readonly source: ParsedText['source'];
  /** Parameters and pseudo parameters: a location may name them. */
  readonly names: Scope['parameters'];
  readonly region: string;
  readonly tags: BlueprintOrder['tags'];
  readonly problems: Problem[];
  /** Snippets around this one. */
  readonly depth: number;
  /** Where the outermost snippet is included: lines of another file would mislead. */
  readonly line?: number | undefined;
}

/** Ours: snippets inside snippets. AWS includes none in a snippet; a file that includes itself would never end. */
const MAX_DEPTH = 5;

/** The template with every snippet in its place; one that is not there is left out, and stands in `problems`. */
export async function includeSnippets(
  { root, source, keys }: ParsedText,
  including: Omit<Including, 'source' | 'depth' | 'line'>,
): Promise<ValueMap> {
  if (![...keys].some(isTransform)) return root;
  const included = await include(root, { ...including, source, depth: 0 });
  return isMap(included) ? included : root;
}

function isTransform(key: string): boolean {
  return key === 'Fn::Transform' || key === 'Transform';
}

async function include(value: Value, including: Including): Promise<Value> {
  const { source } = including;
  if (isList(value)) {
    const items = await Promise.all(value.map((item) => include(item, including)));
    return items.every((item, index) => item === value[index]) ? value : source.derive(items, value);
  }
  if (!isMap(value)) return value;
  const members: [string, Value][] = [];
  let isChanged = false;
  for (const [key, member] of Object.entries(value)) {
    const snippets = isTransform(key) ? includesIn(member) : undefined;
    if (!snippets) {
      const inner = await include(member, including);
      isChanged ||= inner !== member;
      members.push([key, inner]);
      continue;
    }
    isChanged = true;
    const { locations, others } = snippets;
    if (others.length > 0) members.push([key, others]);
    for (const location of locations) {
      members.push(...(await readSnippet(location, including, including.line ?? source.lineOf(value, key))));
    }
  }
  return isChanged ? source.derive(Object.fromEntries(members), value) : value;
}

/** Locations of the snippets that a transform includes, and the macros beside them; nothing when it includes none. */
function includesIn(transform: Value): { readonly locations: Value[]; readonly others: Value[] } | undefined {
  const macros = isList(transform) ? transform : [transform];
  const locations: Value[] = [];
  const others: Value[] = [];
  for (const macro of macros) {
    const parameters = isMap(macro) && macro['Name'] === 'AWS::Include' ? macro['Parameters'] : undefined;
    if (isMap(parameters)) locations.push(parameters['Location'] ?? '');
    else others.push(macro);
  }
  return locations.length === 0 ? undefined : { locations, others };
}

async function readSnippet(
  declared: Value,
  including: Including,
  line: number | undefined,
): Promise<[string, Value][]> {
  const { problems, tags } = including;
  const refused = (message: string, mend: string): [string, Value][] => {
    problems.push({ message: `Transform AWS::Include failed with: ${message}`, line, mend });
    return [];
  };
  const location = locationOf(declared, including, line);
  if (location === undefined) return [];
  const outside = await readOutsideText(location, directoryOf(tags));
  if (outside.kind !== 'text') return refused(outside.message, outside.mend);
  if (including.depth >= MAX_DEPTH) return refused(`${location} is included in itself.`, `take it out of ${location}`);
  try {
    const snippet = await readTemplateText(outside.text);
    for (const { message } of snippet.problems) problems.push({ message: `${location}: ${message}`, line });
    const inner = await include(snippet.root, { ...including, depth: including.depth + 1, line });
    return isMap(inner) ? Object.entries(inner) : [];
  } catch (error) {
    for (const { message } of problemsOf(error)) problems.push({ message: `${location}: ${message}`, line });
    return [];
  }
}

/** A location may be made of parameters; nothing else is known yet. */
function locationOf(
  declared: Value,
  { names, problems, region, source }: Including,
  line: number | undefined,
): string | undefined {
  const unknown = (): never => {
    throw refusal('Transform AWS::Include failed with: A location can name parameters only', line);
  };
  try {
    const scope = { source, region, parameters: names, mappings: {}, condition: unknown, reference: unknown };
    const text = scalarText(resolveValue(declared, { ...scope, attribute: unknown, imported: unknown }, line));
    if (text !== undefined && text !== '') return text;
    problems.push({
      message: 'Transform AWS::Include failed with: The value of parameter Location must be a text',
      line,
    });
  } catch (error) {
    problems.push(...problemsOf(error));
  }
  return undefined;
}
