// What changed between two states of the contracts, for people: a line for each type and field that came (+), went (-)
// or is another (~).
import { printPath } from '../expectation/path.ts';
import { type Contracts, listTypes, shapeOf, titleOf } from './lock.ts';
import type { Field, Shape } from './shape.ts';

/** `+ OrderShipped from OrderService`, `~ OrderCreated from OrderService: detail.total integer → string` */
export function describeDifferences(before: Contracts, after: Contracts): string[] {
  return listTypes(after).flatMap(({ type, shape }) => {
    const known = shapeOf(before, type);
    if (!known) return [`+ ${titleOf(type)}`];
    return differences(known, shape, 'detail').map(({ sign, text }) => `${sign} ${titleOf(type)}: ${text}`);
  });
}

interface Difference {
  readonly sign: '+' | '-' | '~';
  readonly text: string;
}

function differences(before: Shape, after: Shape, path: string): Difference[] {
  const [was, is] = [before, after].map(printTypes);
  const found: Difference[] = was === is ? [] : [{ sign: '~', text: `${path} ${was} → ${is}` }];
  if (before.object?.kind === 'fields' && after.object?.kind === 'fields') {
    found.push(...fieldDifferences(before.object.fields, after.object.fields, path));
  } else if (before.object && after.object) {
    const [values, now] = [before.object, after.object].map((object) =>
      'values' in object ? object.values : undefined,
    );
    found.push(...inside(values, now, `${path}.*`));
  }
  return [...found, ...inside(before.items, after.items, `${path}[]`)];
}

/** Of elements and of a dictionary's values there may be no sample yet. */
function inside(before: Shape | undefined, after: Shape | undefined, path: string): Difference[] {
  if (!after) return [];
  return before ? differences(before, after, path) : [{ sign: '+', text: path }];
}

function fieldDifferences(
  before: ReadonlyMap<string, Field>,
  after: ReadonlyMap<string, Field>,
  path: string,
): Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name): Difference[] => {
    const step = printPath([name]);
    const at = step.startsWith('[') ? `${path}${step}` : `${path}.${step}`;
    const [was, is] = [before.get(name), after.get(name)];
    if (!is) return [{ sign: '-', text: at }];
    if (!was) return [{ sign: '+', text: at }];
    const presence: Difference[] =
      was.required === is.required ? [] : [{ sign: '~', text: `${at} ${is.required ? 'required' : 'optional'} now` }];
    return [...presence, ...differences(was.shape, is.shape, at)];
  });
}

/** `integer`, `null | string (uuid)` */
export function printTypes({ types, format }: Shape): string {
  return `${types.join(' | ')}${format === undefined ? '' : ` (${format})`}`;
}
