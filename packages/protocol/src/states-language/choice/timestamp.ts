// Timestamps as states compare them: RFC 3339 with an upper-case T, and Z or an offset.
//
// Source: Amazon States Language, "Timestamps"; recorded on AWS (LocalStack, test_is_operators, test_wait).

const FORM = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(?:Z|[+-](?:0\d|1[0-8]):[0-5]\d)$/;

/** Nanoseconds since the epoch; `undefined`: it is no timestamp. */
export function parseInstant(text: string): bigint | undefined {
  const [, date, time = '', fraction = ''] = FORM.exec(text) ?? [];
  if (date === undefined) return undefined;
  // Days that there are not (February 30) roll over.
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date) return undefined;
  const zone = text.slice(date.length + 1 + time.length + (fraction === '' ? 0 : fraction.length + 1));
  const epochMs = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(epochMs) || time.startsWith('24')
    ? undefined
    : BigInt(epochMs) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}
