// The macro AWS::Include: `Fn::Transform: {Name: AWS::Include, Parameters: {Location: routes.yaml}}` anywhere, or as
// the template's `Transform`. Its members are replaced by those of the snippet. A file of this machine is included from
// the template's folder, as `aws cloudformation package` takes it along, and an object from S3. Other macros of
// `Fn::Transform` get what stands beside it, and return what takes its place.
import { problemsOf, refusal } from '@earwitness/protocol/internal/template/problem';
import { resolveValue } from '@earwitness/protocol/internal/template/resolve';
import { isList, isMap, scalarText, type Value, type ValueMap } from '@earwitness/protocol/internal/template/value';
import type { BlueprintOrder } from './blueprint.ts';
import { directoryOf } from './code.ts';
import { type MacroRun, type MacroUse, runMacro } from './macro.ts';
import { readOutsideText } from './outside-text.ts';
import { type ParsedText, readTemplateText } from './parse.ts';

interface Including extends MacroRun {
  readonly tags: BlueprintOrder['tags'];
  /** Takes the paths of the snippets. */
  readonly files: string[];
  /** Snippets around this one. */
  readonly depth: number;
  /** Where the outermost snippet is included: lines of another file would mislead. */
  readonly line?: number | undefined;
}

/** Ours: snippets inside snippets. AWS includes none in a snippet; a file that includes itself would never end. */
const MAX_DEPTH = 5;

/** The template with every snippet in its place; one that is not there is left out, and stands in `problems`. */
export async function includeSnippets(
  { root, keys }: ParsedText,
  including: Omit<Including, 'depth' | 'line'>,
): Promise<ValueMap> {
  if (![...keys].some(isTransform)) return root;
  const included = await include(root, { ...including, depth: 0 });
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
  const macros: (MacroUse | undefined)[] = [];
  let isChanged = false;
  for (const [key, member] of Object.entries(value)) {
    const snippets = isTransform(key) ? includesIn(key, member) : undefined;
    if (!snippets) {
      const inner = await include(member, including);
      isChanged ||= inner !== member;
      members.push([key, inner]);
      continue;
    }
    isChanged = true;
    const { locations, others } = snippets;
    if (key === 'Fn::Transform') {
      for (const other of others) macros.push(macroUse(other, including, including.line ?? source.lineOf(value, key)));
    } else if (others.length > 0) members.push([key, others]);
    for (const location of locations) {
      members.push(...(await readSnippet(location, including, including.line ?? source.lineOf(value, key))));
    }
  }
  let made: Value = isChanged ? source.derive(Object.fromEntries(members), value) : value;
  for (const macro of macros) if (macro) made = await runMacro(macro, made, including);
  return made;
}

/** A macro of `Fn::Transform` with its parameters, which may be made of the template's parameters. */
function macroUse(declared: Value, including: Including, line: number | undefined): MacroUse | undefined {
  const name = isMap(declared) ? declared['Name'] : undefined;
  if (typeof name !== 'string') {
    // Source: recorded on AWS, LocalStack cloudformation test_template_engine.
    including.problems.push({ message: 'Key Name of transform definition must be a string.', line });
    return undefined;
  }
  const parameters = isMap(declared) ? (declared['Parameters'] ?? {}) : {};
  const params = resolveWith(parameters, including, { line, what: `Transform ${name}` });
  return { name, params: isMap(params) ? params : {}, line };
}

/**
 * Locations of the snippets that a transform includes, and the macros beside them; nothing when those of the whole
 * template include none.
 */
function includesIn(
  key: string,
  transform: Value,
): { readonly locations: Value[]; readonly others: Value[] } | undefined {
  const macros = isList(transform) ? transform : [transform];
  const locations: Value[] = [];
  const others: Value[] = [];
  for (const macro of macros) {
    const parameters = isMap(macro) && macro['Name'] === 'AWS::Include' ? macro['Parameters'] : undefined;
    if (isMap(parameters)) locations.push(parameters['Location'] ?? '');
    else others.push(macro);
  }
  return locations.length === 0 && key !== 'Fn::Transform' ? undefined : { locations, others };
}

async function readSnippet(
  declared: Value,
  including: Including,
  line: number | undefined,
): Promise<[string, Value][]> {
  const { problems, tags, platform, call } = including;
  const refused = (message: string, mend: string): [string, Value][] => {
    problems.push({ message: `Transform AWS::Include failed with: ${message}`, line, mend });
    return [];
  };
  const location = locationOf(declared, including, line);
  if (location === undefined) return [];
  const outside = await readOutsideText(location, { platform, call, directory: directoryOf(tags) });
  if (outside.kind !== 'text') return refused(outside.message, outside.mend);
  if (outside.directory !== undefined) including.files.push(outside.file);
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
function locationOf(declared: Value, including: Including, line: number | undefined): string | undefined {
  const text = scalarText(resolveWith(declared, including, { line, what: 'Transform AWS::Include' }));
  if (text === undefined || text !== '') return text;
  const message = 'Transform AWS::Include failed with: The value of parameter Location must be a text';
  including.problems.push({ message, line });
  return undefined;
}

/** What parameters alone make of a value; what else it needs stands in `problems`. */
function resolveWith(
  value: Value,
  { names, problems, call: { region }, source }: Including,
  { line, what }: { readonly line: number | undefined; readonly what: string },
): Value | undefined {
  const unknown = (): never => {
    throw refusal(`${what} failed with: Its parameters can name parameters of the template only`, line);
  };
  try {
    const scope = { source, region, parameters: names, mappings: {}, condition: unknown, reference: unknown };
    return resolveValue(value, { ...scope, attribute: unknown, imported: unknown }, line);
  } catch (error) {
    problems.push(...problemsOf(error));
    return undefined;
  }
}
