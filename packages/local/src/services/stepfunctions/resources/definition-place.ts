// Where something stands in a definition, by the place that the service tells of it: `/States/A/Choices[0]/Next`.
import { isRecord } from '../../../resources/properties.ts';
import type { YamlNode } from '../../../yaml/node.ts';

/** Names of states may have any sign: of the members that fit, the longest. As far as the place leads. */
export function stepsTo(value: unknown, location: string): (string | number)[] {
  const steps: (string | number)[] = [];
  let at = value;
  let rest = location === '/' ? '' : location;
  while (rest !== '') {
    const [item, index] = /^\[(\d+)\]/.exec(rest) ?? [];
    if (Array.isArray(at) && item !== undefined) {
      steps.push(Number(index));
      at = at[Number(index)];
      rest = rest.slice(item.length);
      continue;
    }
    const name = isRecord(at) ? longestFit(Object.keys(at), rest) : undefined;
    if (!isRecord(at) || name === undefined) return steps;
    steps.push(name);
    at = at[name];
    rest = rest.slice(name.length + 1);
  }
  return steps;
}

function longestFit(names: readonly string[], rest: string): string | undefined {
  const fits = names.filter((name) => rest.startsWith(`/${name}`) && /^(?:$|[/[])/.test(rest.slice(name.length + 1)));
  return fits.toSorted((one, other) => other.length - one.length)[0];
}

/** What stands there. */
export function valueAt(value: unknown, steps: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of steps) at = Array.isArray(at) ? at[Number(step)] : isRecord(at) ? at[step] : undefined;
  return at;
}

/** The steps to the first text that has a part. */
export function stepsToText(value: unknown, part: string): (string | number)[] | undefined {
  if (typeof value === 'string') return value.includes(part) ? [] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const further = stepsToText(member, part);
    if (further) return [Array.isArray(value) ? Number(name) : name, ...further];
  }
  return undefined;
}

/** Why a text is no YAML, and where; or the line of a place in it. */
export async function readYamlPlaces(text: string): Promise<YamlPlaces> {
  const { readYaml, YamlError } = await import('../../../yaml/read.ts');
  try {
    const { root, lineOf } = readYaml(text);
    return { kind: 'read', lineOf: (steps) => lineIn(root, steps, lineOf) };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { kind: 'faulty', message: error.message, ...(error.place && { line: error.place.line }) };
  }
}

export type YamlPlaces =
  | { readonly kind: 'read'; readonly lineOf: (steps: readonly (string | number)[]) => number | undefined }
  | { readonly kind: 'faulty'; readonly message: string; readonly line?: number };

function lineIn(
  root: YamlNode | undefined,
  steps: readonly (string | number)[],
  lineOf: (at: number) => number,
): number | undefined {
  let at = root?.at;
  let node = root;
  for (const step of steps) {
    if (node?.kind === 'list') node = node.items[Number(step)];
    else if (node?.kind === 'map') {
      const member = node.members.find(({ key }) => key.kind === 'scalar' && key.text === step);
      at = member?.key.at ?? at;
      node = member?.value;
      continue;
    } else break;
    at = node?.at ?? at;
  }
  return at === undefined ? undefined : lineOf(at);
}
