// What an environment of Node is, a worker thread (the fast default) or a process, and which functions it is said of.

export type Isolation = 'worker' | 'process';

const ISOLATIONS: readonly unknown[] = ['worker', 'process'] satisfies Isolation[];

/** What is wrong with a setting, to follow its name; `undefined` when nothing is. */
export function problemOfIsolation(setting: unknown): string | undefined {
  if (ISOLATIONS.includes(setting)) return undefined;
  if (typeof setting !== 'object' || setting === null || Array.isArray(setting)) {
    return " must be 'worker' or 'process', or say it of functions: { Orders: 'process' }.";
  }
  const wrong = Object.entries(setting).find(([, value]) => !ISOLATIONS.includes(value));
  return wrong && `['${wrong[0]}'] must be 'worker' or 'process'.`;
}

/**
 * Of all functions, or by function; `*` is every other one. A function goes by its name, by its logical id, or by
 * `stack.LogicalId`.
 */
export type IsolationSetting = Isolation | Readonly<Record<string, Isolation>>;

/** `name`: as it is deployed. */
export function isolationOf(name: string, setting: IsolationSetting = 'worker'): Isolation {
  if (typeof setting === 'string') return setting;
  const [, isolation] = Object.entries(setting).find(([said]) => isMeant(name, said)) ?? [];
  return isolation ?? (Object.hasOwn(setting, '*') ? setting['*'] : undefined) ?? 'worker';
}

/** What the setting names and is none of the functions. */
export function unknownIn(setting: IsolationSetting | undefined, names: readonly string[]): string[] {
  if (setting === undefined || typeof setting === 'string') return [];
  return Object.keys(setting).filter((said) => said !== '*' && !names.some((name) => isMeant(name, said)));
}

/**
 * Whether `said` means the function. CloudFormation names a function that has no name `<stack>-<logicalId>-<12 signs>`,
 * cut to 64 signs; of one that has a name the logical id is not known here.
 */
function isMeant(name: string, said: string): boolean {
  if (said === name) return true;
  const [, head] = /^(.+)-[A-Z0-9]{12}$/.exec(name) ?? [];
  if (head === undefined) return false;
  const full = said.replace('.', '-');
  return full === said ? head.endsWith(`-${said}`) : head === full.slice(0, head.length) && isWhole(head, full);
}

/** A head is cut to what leaves room for the sign and the suffix. */
function isWhole(head: string, full: string): boolean {
  return head.length === Math.min(full.length, 64 - 13);
}
