// jest 29 and 30 (as ECMAScript modules): importing this file, in `setupFilesAfterEnv` or in a test, gives `expect` the
// matchers and their types, for `@jest/globals` as well as for `@types/jest`.
import { expect } from '@jest/globals';
import { type EventsOf, matchers, type ReceiveMatchers } from './matchers.ts';

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends ReceiveMatchers<EventsOf<T>> {}
}

declare global {
  // biome-ignore lint/style/noNamespace: @types/jest declares its matchers in one
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: interfaces merge only when their type parameters are the same
    interface Matchers<R, T = {}> extends ReceiveMatchers<EventsOf<T>> {}
  }
}

expect.extend(matchers);

export { matchers, type ReceiveMatchers };
