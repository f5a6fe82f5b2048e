import { expect, test } from 'vitest';
import { createClock } from '../clock/clock.ts';
import { createJournal } from '../journal/journal.ts';
import { createVerdicts } from './verdicts.ts';

const written = (operation: string) =>
  ({
    kind: 'call',
    service: 'iam',
    operation,
    requestId: 'r',
    account: '000000000000',
    region: 'us-east-1',
    status: 200,
    durationMs: 1,
  }) as const;

test('verdicts are kept until something is written to IAM', () => {
  const journal = createJournal(createClock({ frozenAt: 0 }));
  const verdicts = createVerdicts<string | undefined>(journal);
  verdicts.set('may it?', undefined);
  journal.record(written('GetRole'));
  expect(verdicts.has('may it?')).toBe(true);
  journal.record(written('PutRolePolicy'));
  expect(verdicts.has('may it?')).toBe(false);
});

test('a question too many makes all of them be asked again', () => {
  const verdicts = createVerdicts<number>(createJournal(createClock({ frozenAt: 0 })));
  for (let n = 0; n < 10_000; n++) verdicts.set(String(n), n);
  expect([verdicts.get('0'), verdicts.get('9999')]).toEqual([0, 9999]);
  verdicts.set('10000', 10_000);
  expect([verdicts.has('0'), verdicts.get('10000')]).toEqual([false, 10_000]);
});
