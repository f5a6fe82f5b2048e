// The page of a wait that fails, as tests hold it: within 80 columns, without its timeline and what else differs from run to run.
import { expect } from 'vitest';

export async function pageOf(waiting: Promise<unknown>): Promise<string> {
  const { message } = await waiting.then(
    () => new Error('it came'),
    (reason: Error) => reason,
  );
  // The first line is what runners show alone, and a word (an ARN) is not broken.
  const broken = message.split('\n').slice(1);
  expect(broken.filter((line) => line.length > 80 && line.trim().includes(' '))).toEqual([]);
  return message
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, 'ID')
    .replaceAll(/pages\.test\.ts:\d+/g, 'pages.test.ts:LINE')
    .replaceAll(/ {2,}\+[\d ]+ ms/g, '  +TIME')
    .replace(/ {2}Timeline .*?\n\n/s, '')
    .replaceAll(/no gap in sequence\s+\([\d…]+\)/g, 'no gap in sequence (N)')
    .replaceAll(/(?<=shop-(?:StockDead|Tell|TellRole)-)\w+/g, 'SUFFIX');
}
