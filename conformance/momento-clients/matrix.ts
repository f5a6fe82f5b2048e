// Which of Momento's clients for JavaScript finds a local cloud with which key, and how: one table, which is a test
// (conformance/momento-clients.test.ts, conformance/e2e/momento-browser.test.ts) and a page of the guide.
import type { KeyForm } from '@earwitness/protocol/internal/momento/key';

/** `none`: `CredentialProvider.forMomentoLocal`. */
export type Form = KeyForm | 'none';

/**
 * How: by the variables of `--momento-key <form>` alone (in a browser: by the key, and for v2 the endpoint); without
 * `grpc_proxy`, but with the preload that knows names below `localhost`; by an option that names our ports.
 */
export type Way = 'environment' | 'preload' | 'option';

export const FORMS: readonly Form[] = ['legacy', 'v1', 'v2', 'none'];
export const WAYS: readonly Way[] = ['environment', 'preload', 'option'];

const WORKS = 'works';

/** What becomes of it: `works`, or how the client's message begins. A way that is not there is left out. */
type Cell = Partial<Readonly<Record<Way, string>>>;

export interface Row extends Readonly<Record<Form, Cell>> {
  readonly client: '@gomomento/sdk' | '@gomomento/sdk-web';
  readonly version: string;
  readonly place: 'Node' | 'jsdom' | 'Chromium';
}

const ALL: Cell = { environment: WORKS, preload: WORKS, option: WORKS };
const NO_V2 = 'CredentialProvider.fromEnvVarV2 is not a function';
const NO_MOMENTO_LOCAL = 'CredentialProvider.forMomentoLocal is not a function';
const TAKES_NO_V2 = 'failed to parse token: Error: Received a v2 API key.';
/** What sdk-web says of a request that reached no server: here its name is not resolved. */
const UNREACHED = 'Service returned an unknown response';

/** Before v1.117 no SDK knows v2 keys, and before v1.103 none has `forMomentoLocal`. */
const OLD = {
  client: '@gomomento/sdk',
  place: 'Node',
  legacy: ALL,
  v1: ALL,
  v2: { environment: NO_V2, preload: NO_V2, option: WORKS },
  none: { option: NO_MOMENTO_LOCAL },
} as const;

/** SDKs from 1.111 to 1.118.0 have grpc-js 1.13.1, which sends no CONNECT to a proxy. */
const NEW = {
  client: '@gomomento/sdk',
  place: 'Node',
  legacy: ALL,
  v1: ALL,
  v2: { environment: WORKS, preload: WORKS, option: TAKES_NO_V2 },
  none: { option: WORKS },
} as const;

export const MATRIX: readonly Row[] = [
  { ...OLD, version: '1.45.7' },
  { ...OLD, version: '1.80.0' },
  { ...NEW, version: '1.117.4' },
  { ...NEW, version: '1.118.1' },
  {
    client: '@gomomento/sdk-web',
    version: '1.118.0',
    place: 'jsdom',
    legacy: { environment: UNREACHED, preload: WORKS, option: WORKS },
    v1: { environment: UNREACHED, preload: WORKS, option: WORKS },
    v2: { environment: UNREACHED, preload: WORKS, option: TAKES_NO_V2 },
    none: { option: WORKS },
  },
  {
    client: '@gomomento/sdk-web',
    version: '1.118.0',
    place: 'Chromium',
    legacy: { environment: WORKS, option: WORKS },
    v1: { environment: WORKS, option: WORKS },
    v2: { environment: WORKS, option: TAKES_NO_V2 },
    none: { option: WORKS },
  },
];

/** The table of the page: what works. */
export function formatMatrix(): string {
  const cellOf = (cell: Cell) => WAYS.filter((way) => cell[way] === WORKS).join(', ');
  return [
    '| client | runs in | legacy key | v1 key | v2 key | no key |',
    '|---|---|---|---|---|---|',
    ...MATRIX.map((row) => {
      const { client, version, place } = row;
      return `| \`${client}\` ${version} | ${place} | ${FORMS.map((form) => cellOf(row[form])).join(' | ')} |`;
    }),
  ].join('\n');
}

export interface Tried {
  readonly form: Form;
  readonly way: Way;
  readonly expected: string;
}

/** The cells of a row in one way. */
export function cellsOf(row: Row, way: Way): readonly Tried[] {
  return FORMS.flatMap((form) => {
    const expected = row[form][way];
    return expected === undefined ? [] : [{ form, way, expected }];
  });
}

/** As much of an answer as the table says. */
export function beginning(answer: string, { expected }: Tried): string {
  return answer.slice(0, expected.length);
}
