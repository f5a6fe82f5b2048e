/** Whether a server's version, as `2.9.10` or `2.11.0-RC.1`, is this one or a later one. */
export function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  const difference = wanted.map((part, index) => (parts[index] ?? 0) - part).find((by) => by !== 0) ?? 0;
  return difference >= 0;
}
