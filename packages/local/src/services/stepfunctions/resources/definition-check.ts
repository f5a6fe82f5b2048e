// What can be said of a template's definition before its machine is made: what the service would refuse, each with the
// line of the file or of the template in which it stands; what stands in; what is taken and probably not meant.
import { checkDefinition } from '@earwitness/protocol/internal/states-language/definition/check';
import type { Problem } from '@earwitness/protocol/internal/states-language/definition/problem';
import { findJsonFault, placeIn } from '@earwitness/protocol/internal/states-language/json-fault';
import { parseJson } from '@earwitness/protocol/internal/states-language/json-text';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import type { Finding, PropertyPath } from '../../../resources/finding.ts';
import type { Beside, Properties } from '../../../resources/resource.ts';
import type { ResourceContext } from '../../../resources/service-resource.ts';
import type { MachineType } from '../settings.ts';
import { STANDS_IN } from '../tasks/tasks.ts';
import { readYamlPlaces, stepsTo, stepsToText, valueAt } from './definition-place.ts';
import { type DefinitionProperty, jsonOf, openNames, substitutionsOf, writtenText } from './definition-text.ts';

type Context = ResourceContext<'stepfunctions'> & Beside;
type Steps = readonly (string | number)[];

/** Names places in a definition as its author has it. */
interface Places {
  /** The property, and as far into it as the template has lines. */
  path(steps: Steps): PropertyPath;
  /** In front of what is said: `orders.asl.json:12: `. */
  before(line: number | undefined, column?: number): string;
  /** Behind it: `, line 12 of the definition`. */
  behind(line: number | undefined): string;
  lineOf(steps: Steps, known?: number): number | undefined;
}

/** @param property that which has the definition, not `DefinitionS3Location`: what is in S3 may be put there by the stack */
export async function examineText(
  property: DefinitionProperty,
  { type, properties }: { readonly type: MachineType; readonly properties: Properties },
  context: Context,
): Promise<readonly Finding[]> {
  const text = await writtenText(properties, context);
  const isJson = text.trimStart().startsWith('{');
  const yaml = isJson ? undefined : await readYamlPlaces(text);
  const places = placesOf(property, context, yaml?.kind === 'read' ? yaml.lineOf : undefined);
  if (yaml?.kind === 'faulty') {
    const message = `${places.before(yaml.line)}The definition is no YAML: ${yaml.message}`;
    return [{ kind: 'refused', path: places.path([]), message: `${message}${places.behind(yaml.line)}` }];
  }
  const definition = await jsonOf(text);
  const value = parseJson(definition);
  if (value === undefined && isJson) return [noJson(definition, places)];
  const problems = await problemsOf(definition, type, context);
  const open = openSubstitutions(definition, properties);
  const told = problems.filter(({ follows }) => !follows).map((problem) => toldOf(problem, { value, places, open }));
  const known = new Set(told.flatMap(({ name }) => name ?? []));
  const doubtful = [...open].filter(([name]) => !known.has(name));
  return [
    ...told.map(({ finding }) => finding),
    ...doubtful.map(([name, mend]): Finding => {
      const line = placeIn(text, text.indexOf(`\${${name}}`)).line;
      const message = `${places.before(line)}\${${name}} stays as it is: DefinitionSubstitutions has no entry ${name}`;
      const path = places.path(stepsToText(value, `\${${name}}`) ?? []);
      return { kind: 'doubtful', path, message: `${message}${places.behind(line)}`, mend };
    }),
  ];
}

function placesOf(property: DefinitionProperty, { comesFrom }: Context, inYaml?: (steps: Steps) => number | undefined) {
  const origin = property === 'Definition' ? { kind: 'members' as const } : comesFrom(property);
  const isTold = (line: number | undefined) => origin.kind === 'text' && line !== undefined && line > 1;
  const places: Places = {
    path: (steps) => (origin.kind === 'members' ? [property, ...steps] : [property]),
    before: (line, column) =>
      origin.kind === 'file' ? `${[origin.file, line, column].filter((one) => one !== undefined).join(':')}: ` : '',
    behind: (line) => (isTold(line) ? `, line ${line} of the definition` : ''),
    lineOf: (steps, known) => (inYaml ? inYaml(steps) : known),
  };
  return places;
}

function noJson(text: string, places: Places): Finding {
  const fault = findJsonFault(text);
  const { line, column } = placeIn(text, fault?.at ?? 0);
  const message = `INVALID_JSON_DESCRIPTION: ${fault?.message ?? ''}`;
  const said = `${places.before(line, column)}${message}${places.behind(line)}`;
  return { kind: 'refused', path: places.path([]), message: said };
}

/** What the service says of a definition, and where in its text it stands, as far as that is known. */
async function problemsOf(definition: string, type: MachineType, { run }: Context): Promise<readonly Problem[]> {
  const { problems } = await checkDefinition(definition, { type });
  if (problems.some(({ severity }) => severity === 'ERROR')) return problems;
  // What a Task's Resource names is known to the service.
  const asked = { definition, type, severity: 'WARNING' } as const;
  const { diagnostics } = await run('ValidateStateMachineDefinition', asked);
  const lines = new Map(problems.map(({ location, line }) => [location, line]));
  return diagnostics.map(({ severity, code, message, location }) => {
    const line = lines.get(location);
    return {
      severity,
      code,
      message,
      ...(location !== undefined && { location }),
      ...(line !== undefined && { line }),
    };
  });
}

interface Telling {
  readonly value: unknown;
  readonly places: Places;
  /** Names without an entry in DefinitionSubstitutions, each with what to do. */
  readonly open: ReadonlyMap<string, string>;
}

function toldOf(
  problem: Problem,
  { value, places, open }: Telling,
): { readonly finding: Finding; readonly name?: string } {
  const { severity, code, message, location, line, mend } = problem;
  const steps = stepsTo(value, location ?? '/');
  const path = places.path(steps);
  if (code === STANDS_IN) return { finding: standIn(steps, { value, places }) };
  const at = places.lineOf(steps, line);
  const place = location === undefined ? '' : ` at ${location}`;
  const said = `${places.before(at)}${code}: ${message}${place}${places.behind(at)}`;
  if (severity === 'WARNING') return { finding: { kind: 'doubtful', path, message: said } };
  const there = valueAt(value, steps);
  const name = typeof there === 'string' ? openNames(there)[0] : undefined;
  const known = (name === undefined ? undefined : open.get(name)) ?? mend;
  const finding: Finding = { kind: 'refused', path, message: said, ...(known !== undefined && { mend: known }) };
  return { finding, ...(name !== undefined && { name }) };
}

function standIn(steps: Steps, { value, places }: Pick<Telling, 'value' | 'places'>): Finding {
  const resource = String(valueAt(value, steps)).replace(/^arn:[^:]*:states:::/, '');
  return {
    kind: 'stands in',
    path: places.path(steps),
    part: steps.slice(0, -1).join('.'),
    why: `tasks cannot call ${resource} here`,
    means: 'such a task fails, unless its result is mocked or its call has a scripted answer',
  };
}

/** What is left of `${name}`, with what to do. */
function openSubstitutions(definition: string, properties: Properties): ReadonlyMap<string, string> {
  const entries = Object.keys(substitutionsOf(properties));
  return new Map(
    openNames(definition).map((name) => {
      const meant = nearest(name, entries);
      const mend =
        meant === undefined
          ? `give DefinitionSubstitutions an entry ${name}`
          : `DefinitionSubstitutions has ${meant}: one of the two is misspelt`;
      return [name, mend];
    }),
  );
}
