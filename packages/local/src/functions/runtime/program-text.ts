// The text of a program that is made of functions, so that it works the same from sources, from the compiled package
// and from a bundle of all of it: functions print themselves. Each may therefore use its parameters and globals, and
// nothing else: no imports but types, no constants of its module.

type Part = (...given: never[]) => unknown;

/** `program` is called with the parts, and with what `given` is: JSON text. */
export function programText<Parts extends Readonly<Record<string, Part>>>(
  program: (parts: Parts, given: never) => void,
  parts: Parts,
  given = 'undefined',
): string {
  const texts = Object.entries(parts).map(([name, part]) => `${name}: ${part}`);
  // Strict: a caller's frames would show their `this` and their functions to a handler that asks for its stack.
  // Tools that keep names (tsx) wrap functions in a helper that is not here.
  return `'use strict';\nconst __name = (value) => value;\n(${program})({\n${texts.join(',\n')}\n}, ${given});`;
}
