// What `jest.ts` stands on of jest's modules. A project brings them; this repository installs them for a few tests,
// which check `jest.ts` with jest's own types (conformance/e2e/runner-types.test.ts).

declare module 'expect' {
  export interface Matchers<R extends void | Promise<void>, T = unknown> {}
}

declare module '@jest/globals' {
  export const expect: { extend(matchers: object): void };
}
