import { expect, test } from 'vitest';
import { selectPath } from './json-path/select-path.ts';
import { fillExpressions } from './jsonata/fill.ts';
import { placeResult } from './placement.ts';
import { fillTemplate } from './template.ts';

const world = { now: 0, random: () => 0.5, uuid: () => 'u', hash: () => 'h' };
const scope = {
  input: { a: [{ b: 1 }, { c: 2 }], n: 'x' },
  context: { Execution: { Id: 'e' } },
  variables: { v: [1, 2] },
};
test('smoke', async () => {
  expect(selectPath('$.a[*].b', scope)).toEqual([1]);
  expect(
    fillTemplate({ 'x.$': "States.Format('{} {}', $.n, $v[1])", y: [{ 'z.$': '$$.Execution.Id' }] }, scope, world),
  ).toEqual({ x: 'x 2', y: [{ z: 'e' }] });
  expect(placeResult('$.q.r', { n: 1 }, 5)).toEqual({ n: 1, q: { r: 5 } });
  expect(await fillExpressions({ x: '{% $states.input.a[0].b + $v[1] %}' }, scope, { field: 'Output', world })).toEqual(
    { x: 3 },
  );
});
