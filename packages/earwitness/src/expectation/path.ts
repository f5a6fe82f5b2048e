// A place in a message: keys of objects and indexes of arrays. Reading never follows a prototype and never takes an
// array or a string for an object, so a field that happens to be called `length` or `constructor` is only found when
// the message has it.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';

/** Keys and indexes from the message's root. */
export type Path = readonly (string | number)[];

/** The value at a path; undefined when there is none. */
export function readPath(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (typeof step === 'number' ? !Array.isArray(value) : Array.isArray(value)) return undefined;
    if (!Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** For people: `detail.items[0].sku`, `detail["a key"]`. */
export function printPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${showControls(JSON.stringify(step))}]`;
  }
  return text;
}
