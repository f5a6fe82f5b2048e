import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../json.ts';
import { evaluateField } from '../field.ts';
import type { World } from '../world.ts';

interface Case {
  readonly call: string;
  readonly input?: Json;
  readonly gives?: Json;
  readonly fails?: string;
  readonly refused?: true;
  readonly source: string;
}

const world: World = {
  now: 0,
  random: () => 0.5,
  uuid: () => '00000000-0000-4000-8000-000000000000',
  hash: (algorithm, text) => createHash(algorithm.replace('SHA-', 'sha')).update(text).digest('hex'),
};

const { about, cases } = JSON.parse(readFileSync(new URL('../cases/intrinsics.json', import.meta.url), 'utf8')) as {
  readonly about: string;
  readonly cases: readonly Case[];
};

describe(about, () => {
  for (const { call, input = {}, gives, fails, refused, source } of cases) {
    const given = refused ? '' : ` of ${JSON.stringify(input).slice(0, 80)}`;
    it(`${call.slice(0, 80)}${given} ${refused ? 'is refused' : fails === undefined ? 'gives' : 'fails'} (${source})`, () => {
      expect(outcomeOf(call, input)).toEqual(refused ? { refused } : fails === undefined ? { gives } : { fails });
    });
  }
});

// Source: ours; which generator AWS has is not known.
test('MathRandom with a seed draws the same number each time, from the start to before the end', () => {
  const draw = (seed: number) => outcomeOf(`States.MathRandom(10, 20, ${seed})`, {});
  expect([1, 2, 3, 1, 2, 3].map(draw)).toEqual([5, 8, 4, 5, 8, 4].map((offset) => ({ gives: 10 + offset })));
});

function outcomeOf(call: string, input: Json): { gives: Json } | { fails: string } | { refused: true } {
  try {
    const value = evaluateField(call, { input, context: {}, variables: {} }, { field: 'x.$', world });
    return { gives: JSON.parse(JSON.stringify(value)) };
  } catch (error) {
    const { name, message } = error as Error;
    return name === 'SyntaxFault' ? { refused: true } : { fails: `${name}: ${message}` };
  }
}
