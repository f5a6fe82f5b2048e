// The test that runs, as its runner knows it: for the page and the evidence its title and file, for a wait the time at
// which the runner ends the test. A runner's own file (runners/) tells it; without one it is read where vitest and jest
// keep it, carefully: what is not there is unknown.

/** What is known of a test; any part may be unknown. */
export interface RunningTest {
  /** With the names of its suites: `orders > an order is published`. */
  readonly title?: string;
  /** Path of its file. */
  readonly file?: string;
  /**
   * The runner's own object, the same as long as the test runs; only where a time of the test is known not to be that
   * of a hook.
   */
  readonly identity?: object;
  /** Tells a try of the test from the one before. */
  readonly attempt?: string;
  /** When it began, its hooks included, epoch ms: never later than it did. */
  readonly beganAt?: number;
  /** The time of the test, ms. */
  readonly timeoutMs?: number;
  /** From when on its time runs, epoch ms: never earlier than it does. */
  readonly startedAt?: number;
  /** Whether other tests of this process may run beside it; undefined where the runner does not say. */
  readonly isConcurrent?: boolean;
  /** Aborted when the time of the test is over. */
  readonly signal?: AbortSignal;
  /** Whether the runner has given the test up. */
  readonly isOver?: () => boolean;
  /** Prints beside the test when it has been given up. Default: to stderr. */
  readonly print?: (text: string) => void;
}

let tell: () => RunningTest | undefined = () => undefined;

/** A runner's file says how its running test is found. */
export function tellRunningTest(find: () => RunningTest | undefined): void {
  tell = find;
}

/** The test that runs now; undefined outside of one, and where the runner does not say. */
export function findRunningTest(): RunningTest | undefined {
  const task = at(globalThis, '__vitest_worker__', 'current');
  // Of tests that run side by side, it is the one that began last: which of them asks is unknown.
  if (at(task, 'concurrent') === true) return tell() ?? { isConcurrent: true };
  return tell() ?? vitestTest(task) ?? jestTest();
}

/** Vitest's task: the state of its worker has the current one, a fixture's context its own (`context.task`). */
export function vitestTest(task: unknown): RunningTest | undefined {
  if (at(task, 'type') !== 'test') return undefined;
  const names: string[] = [];
  for (let one: unknown = task; at(one, 'type') !== undefined; one = at(one, 'suite')) {
    const name = at(one, 'name');
    // A file is a suite without one above it; its name is its path.
    if (at(one, 'filepath') === undefined && typeof name === 'string' && name !== '') names.unshift(name);
  }
  const signal = at(task, 'context', 'signal');
  return known({
    title: names.join(' > '),
    file: text(at(task, 'file', 'filepath')),
    identity: isObject(task) ? task : undefined,
    attempt: `${at(task, 'result', 'retryCount')} ${at(task, 'result', 'repeatCount')}`,
    beganAt: moment(at(task, 'result', 'startTime')),
    isConcurrent: at(task, 'concurrent') === true,
    // A hook has a time of its own, which stands nowhere.
    timeoutMs: isInHook(task) ? undefined : duration(at(task, 'timeout')),
    // After a try that took too long the signal of the next one is aborted from its beginning, and says nothing.
    ...(signal instanceof AbortSignal && !signal.aborted ? { signal, isOver: () => signal.aborted } : {}),
  });
}

function isInHook(task: unknown): boolean {
  const hooks = at(task, 'result', 'hooks');
  return isObject(hooks) && Object.values(hooks).includes('run');
}

/** jest keeps the title and the file in the state of its `expect`; the test itself is there in jest 30. */
function jestTest(): RunningTest | undefined {
  const state = at(globalThis, Symbol.for('$$jest-matchers-object'), 'state');
  const test = called(at(state, 'currentTestIdentity'));
  const concurrent = at(test, 'concurrent');
  // Of tests that run side by side, the first of these is the name of one that has not begun.
  const title = text(
    concurrent === true ? called(at(state, 'currentConcurrentTestName')) : at(state, 'currentTestName'),
  );
  if (!title) return undefined;
  return known({
    title,
    isConcurrent: typeof concurrent === 'boolean' ? concurrent : undefined,
    file: text(at(state, 'testPath')),
    beganAt: moment(at(test, 'startedAt')),
    // What the configuration sets is nowhere to be read.
    timeoutMs: duration(at(test, 'timeout') ?? at(globalThis, Symbol.for('TEST_TIMEOUT_SYMBOL'))),
    isOver: () => {
      const errors = at(test, 'errors');
      return Array.isArray(errors) && errors.length > 0;
    },
  });
}

/** The test without the parts that are undefined. */
function known(test: { readonly [Part in keyof RunningTest]: RunningTest[Part] | undefined }): RunningTest {
  return Object.fromEntries(Object.entries(test).filter(([, part]) => part !== undefined));
}

function at(root: unknown, ...path: readonly (string | symbol)[]): unknown {
  let value = root;
  for (const key of path) {
    if (!isObject(value)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function called(value: unknown): unknown {
  return typeof value === 'function' ? value() : undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function moment(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Vitest and jest take 0 and Infinity for no limit. */
function duration(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY ? value : undefined;
}
