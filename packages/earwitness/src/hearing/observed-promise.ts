// A promise that knows whether it was awaited: a wait that is never awaited could not fail its test. A runner's matcher
// stands between a wait and the test: the runner goes on with our promise by `.then(its own function)` and hands the
// test what that returned. Such links are observed too, and the wait counts as awaited when one of them is: `await`,
// `return` from an async function and `Promise.all` all call `then` with functions of the engine's own, which is how
// they are distinguished from a runner's.

/**
 * A subclass, because `await` calls an overridden `then` only on a promise whose constructor is not Promise.
 */
export class ObservedPromise<T> extends Promise<T> {
  #awaited = false;
  #onAwaited: () => void = () => undefined;
  #links: Promise<unknown>[] | undefined;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  get awaited(): boolean {
    return this.#awaited;
  }

  /** Calls `run` the first time that it is awaited. */
  onAwaited(run: () => void): void {
    this.#onAwaited = run;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise; seeing who calls `then` is its purpose
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#markAwaited();
    return super.then(onFulfilled, onRejected);
  }

  /** What a matcher makes of the outcome; awaiting that, or what a runner makes of it, counts as awaiting this. */
  link<A, B>(onFulfilled: (value: T) => A, onRejected: (reason: unknown) => B): Promise<A | B> {
    const chain = {
      add: (link: Promise<unknown>) => {
        this.#links = [...(this.#links ?? []), link];
      },
      awaited: () => this.#markAwaited(),
    };
    return linked(super.then(onFulfilled, onRejected), chain);
  }

  /** Marks the rejection as handled, here and in every link, because it is reported another way. */
  markHandled(): void {
    for (const promise of [this, ...(this.#links ?? [])])
      Promise.prototype.then.call(promise, undefined, () => undefined);
  }

  #markAwaited(): void {
    if (this.#awaited) return;
    this.#awaited = true;
    this.#onAwaited();
  }
}

/** `promise.link(…)` of a promise that a verb returned. */
export function link<A, B>(
  promise: Promise<unknown>,
  onFulfilled: (value: unknown) => A,
  onRejected: (reason: unknown) => B,
): Promise<A | B> {
  if (promise instanceof ObservedPromise) return promise.link(onFulfilled, onRejected);
  return promise.then(onFulfilled, onRejected);
}

interface Chain {
  add(link: Promise<unknown>): void;
  awaited(): void;
}

/** The promise itself, with a `then` that adds a link or, when called by the engine, marks the chain as awaited. */
function linked<T>(promise: Promise<T>, chain: Chain): Promise<T> {
  chain.add(promise);
  const { then } = promise;
  // An own `constructor` makes `await` ask for `then`, as a subclass would.
  return Object.defineProperties(promise, {
    constructor: { value: LinkConstructor },
    // biome-ignore lint/suspicious/noThenProperty: as above
    then: {
      value(onFulfilled?: unknown, onRejected?: unknown) {
        const next: Promise<unknown> = Reflect.apply(then, promise, [onFulfilled, onRejected]);
        if (!isEngines(onFulfilled)) return linked(next, chain);
        chain.awaited();
        return next;
      },
    },
  });
}

/** `then` makes its result by this. */
const LinkConstructor = { [Symbol.species]: Promise };

function isEngines(callback: unknown): boolean {
  return typeof callback === 'function' && Function.prototype.toString.call(callback).includes('[native code]');
}
