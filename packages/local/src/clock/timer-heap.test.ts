import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerHeap } from './timer-heap.ts';

interface Entry {
  readonly at: number;
  readonly name: number;
}

/** What a test does with a heap: adds an item, takes the first, or drops every item whose name leaves a rest. */
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('add'), at: fc.integer({ min: 0, max: 20 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('take') }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('keep'), multipleOf: fc.integer({ min: 2, max: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear') }) },
  ),
  { maxLength: 200 },
);

test('items come by their time, and at equal times in the order in which they were added, as from a sorted array', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const heap = new TimerHeap<number>();
      let sorted: Entry[] = [];
      let name = 0;
      for (const step of taken) {
        if ('at' in step) {
          heap.add(step.at, ++name);
          // Array.prototype.sort is stable.
          sorted = [...sorted, { at: step.at, name }].sort((a, b) => a.at - b.at);
        } else if ('multipleOf' in step) {
          heap.keepOnly((item) => item % step.multipleOf === 0);
          sorted = sorted.filter((entry) => entry.name % step.multipleOf === 0);
        } else if (step.kind === 'clear') {
          heap.clear();
          sorted = [];
        } else {
          expect(heap.takeFirst()).toBe(sorted.shift()?.name);
        }
        expect([heap.size, heap.firstAt, heap.first]).toEqual([
          sorted.length,
          sorted[0]?.at ?? Number.POSITIVE_INFINITY,
          sorted[0]?.name,
        ]);
      }
      while (heap.size > 0) expect(heap.takeFirst()).toBe(sorted.shift()?.name);
      expect(sorted).toEqual([]);
    }),
  );
});
