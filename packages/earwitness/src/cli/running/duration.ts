// Times as people write them: `90s`, `2h`, `1d12h`.

const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Milliseconds; `undefined` when the text is no time. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    ms += Number(amount) * (UNITS_MS.get(unit) ?? 0);
  }
  return ms;
}

/** `1d 12h`, `2h`, `1.5s`: the two largest units that are needed. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const parts: string[] = [];
  let left = Math.round(ms / 1000);
  for (const [unit, unitMs] of [...UNITS_MS].toReversed().slice(0, 4)) {
    const count = Math.floor((left * 1000) / unitMs);
    left -= (count * unitMs) / 1000;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}
