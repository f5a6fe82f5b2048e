import { expect, test } from 'vitest';
import { JavaRandom } from './java-random.ts';

// Source: java.util.Random of Java 17, run locally.
test('draws what Java draws', () => {
  const draw = (seed: number) => [
    new JavaRandom(seed).nextInt(16),
    new JavaRandom(seed).nextInt(1_500_000_000),
    new JavaRandom(seed).nextDouble(),
  ];
  expect([-5, 0, 42].map(draw)).toMatchInlineSnapshot(`
    [
      [
        4,
        578319411,
        0.26930095796932485,
      ],
      [
        11,
        516548029,
        0.730967787376657,
      ],
      [
        11,
        117392763,
        0.7275636800328681,
      ],
    ]
  `);
});
