import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import { expect, test } from 'vitest';

const { code } = transformSync(readFileSync(new URL('./young-generation.ts', import.meta.url), 'utf8'), {
  loader: 'ts',
});

/** In a process in which 100 MB come to stay: the megabytes for new objects, and whether V8's flags changed. */
function growthAfter(begin: string): { readonly roomMb: number; readonly hasOtherFlags: boolean } {
  const script = `${code}
    import { cachedDataVersionTag } from 'node:v8';
    import { setImmediate as turn } from 'node:timers/promises';
    const before = cachedDataVersionTag();
    const bound = ${begin};
    const kept = [];
    for (let n = 0; n < 1000; n++) {
      kept.push(Array.from({ length: 2000 }, (_, id) => ({ id })));
      await turn();
    }
    const room = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    bound?.[Symbol.dispose]();
    const hasOtherFlags = cachedDataVersionTag() !== before;
    console.log(JSON.stringify({ roomMb: room.space_size / 2 ** 20, hasOtherFlags }));`;
  return JSON.parse(String(execFileSync(process.execPath, ['--input-type=module', '--eval', script])));
}

test('the room for new objects grows until it is enough, and V8 has its own flags again in the end', () => {
  expect(growthAfter('undefined').roomMb).toBeGreaterThanOrEqual(32);
  const { roomMb, hasOtherFlags } = growthAfter('boundYoungGeneration()');
  expect(roomMb).toBeLessThanOrEqual(16);
  expect(hasOtherFlags).toBe(false);
});
