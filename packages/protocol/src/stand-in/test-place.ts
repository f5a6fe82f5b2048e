// A fixed place: random texts walk through their alphabet, each from the next letter on, so that two of them differ.
import type { StandInPlace } from './place.ts';

export function createTestPlace(place: Partial<StandInPlace> = {}): StandInPlace {
  let calls = 0;
  const base = { stackName: 'shop', logicalId: 'Thing', ...place };
  return {
    partition: 'aws',
    region: 'eu-west-1',
    account: '123456789012',
    generateName: ({ maxLength = 255 } = {}) =>
      `${`${base.stackName}-${base.logicalId}`.slice(0, maxLength - 13)}-ABCDEF123456`,
    random(alphabet, length) {
      calls++;
      return Array.from({ length }, (_, at) => alphabet[(calls + at) % alphabet.length]).join('');
    },
    now: Date.UTC(2026, 10, 28, 12, 30, 15, 250),
    ...base,
  };
}
