import fc from 'fast-check';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { printEventMap } from './event-map.ts';
import { inferShape, joinAll } from './shape.ts';

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  lib: ['lib.es5.d.ts'],
  types: [],
};
const host = ts.createCompilerHost(options);
const read = host.getSourceFile;
const libraries = new Map<string, ts.SourceFile | undefined>();

/** What TypeScript says against these modules, each alone, with nothing around them but ES5's own types. */
function complaints(modules: readonly string[]): string[] {
  host.getSourceFile = (name, language) => {
    const module = modules[Number.parseInt(name, 10)];
    if (module !== undefined) return ts.createSourceFile(name, module, language);
    const library = libraries.get(name) ?? read(name, language);
    libraries.set(name, library);
    return library;
  };
  const names = modules.map((_, index) => `${index}.ts`);
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram(names, options, host));
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** An event map of one type, with the details that were seen. */
function mapOf(source: string, detailType: string, details: readonly unknown[]): string {
  const shape = joinAll(details.map(inferShape));
  return printEventMap(new Map([[source, new Map(shape ? [[detailType, shape]] : [])]]), 'events.lock.json');
}

const order = {
  id: 'a',
  'a key': true,
  total: 2.5,
  lines: [
    { sku: 'x', count: 1 },
    { sku: 'y', note: null },
  ],
  tags: ['a', 1],
  stock: { '2026-11-22': 3 },
  nothing: [],
  customer: {},
};

test('a detail is written as the type it has, and TypeScript holds to it', () => {
  const map = mapOf('order.service', "it's created", [order, { ...order, coupon: 'c', customer: null }]);
  expect(map).toBe(`// Written by earwitness from events.lock.json: do not edit.

export interface EventMap {
  "order.service": {
    "it's created": {
      "a key": boolean;
      coupon?: string;
      customer: null | Record<string, unknown>;
      id: string;
      lines: {
        count?: number;
        note?: null;
        sku: string;
      }[];
      nothing: unknown[];
      stock: Record<string, number>;
      tags: (number | string)[];
      total: number;
    };
  };
}
`);
  const detail = JSON.stringify(order);
  const use = (field: string) =>
    `${map}export const order: EventMap['order.service']["it's created"] = { ...${detail}, ${field} };\n`;
  expect(complaints([use('id: "b"')])).toEqual([]);
  expect(complaints([use('id: 1')]).join()).toContain("Type 'number' is not assignable to type 'string'");
});

test('whatever the events and their names are, the types compile', () => {
  const name = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom("'", '"', '\\', '\\"', '\n', '\u2028', '__proto__', '0'),
  );
  const maps = fc.sample(fc.tuple(name, name, fc.array(fc.jsonValue(), { minLength: 1, maxLength: 3 })), 60);
  expect(complaints(maps.map(([source, type, details]) => mapOf(source, type, details)))).toEqual([]);
});
