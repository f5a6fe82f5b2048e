// The variables by which unmodified clients find this cloud: AWS SDKs and CLI, Momento SDKs, the test kit, deployed
// functions.
import type { KeyForm } from '@earwitness/protocol/internal/momento/key';
import { variableName } from '@earwitness/protocol/internal/relay/names';
import type { Call } from '../call.ts';
import type { Cloud } from '../cloud.ts';
import { proxyVariables } from '../grpc-proxy.ts';
import type { Address } from '../platform.ts';

export interface EnvironmentSource {
  readonly address: Address;
  readonly momento: MomentoSource;
  /** One PEM file: the system's roots and our own CA. */
  readonly rootsFile: string;
  /** 12 digits; an access key of that form names the account. */
  readonly account: string;
  readonly region: string;
  readonly cache: string;
  readonly topic: string;
}

/** How Momento's clients get in. */
export interface MomentoSource {
  /** `host:port` of the TLS port. */
  readonly endpoint: string;
  /** Where `CredentialProvider.forMomentoLocal()` gets in, without TLS and without a key. */
  readonly plain: { readonly host: string; readonly port: number };
  /** A key of each form, minted and signed by this cloud. */
  readonly keys: Readonly<Record<KeyForm, string>>;
  /** The form of `MOMENTO_API_KEY`. */
  readonly form: KeyForm;
}

export type LocalEnvironment = Readonly<ReturnType<typeof environmentOf>>;

/** Names and values, without anything of the host's own environment. */
export function environmentOf(source: EnvironmentSource) {
  return {
    AWS_ENDPOINT_URL: source.address.http,
    AWS_REGION: source.region,
    AWS_DEFAULT_REGION: source.region,
    AWS_ACCESS_KEY_ID: source.account,
    AWS_SECRET_ACCESS_KEY: 'earwitness',
    AWS_EC2_METADATA_DISABLED: 'true',
    // The AWS CLI and boto3 ask for the host as it is then, and not for `sync-` before it (StartSyncExecution).
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...momentoVariables(source.momento),
    MOMENTO_HTTP_ENDPOINT: source.address.http,
    // Its name in Momento's own example for EventBridge (client-sdk-javascript, examples/nodejs/aws/eventbridge).
    MOMENTO_API_ENDPOINT: source.address.http,
    CACHE_NAME: source.cache,
    TOPIC_NAME: source.topic,
    NODE_EXTRA_CA_CERTS: source.rootsFile,
    // grpc-js looks at this one first, and at nothing else when it is set.
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: source.rootsFile,
    EARWITNESS_URL: `${source.address.http}/_earwitness`,
    ...proxyVariables(source.address),
  };
}

/** `MOMENTO_HOSTNAME` and `MOMENTO_PORT` are what the tests of Momento's own SDK read for `forMomentoLocal()`. */
function momentoVariables({ endpoint, plain, keys, form }: MomentoSource) {
  return {
    MOMENTO_API_KEY: keys[form],
    MOMENTO_ENDPOINT: endpoint,
    MOMENTO_LEGACY_API_KEY: keys.legacy,
    MOMENTO_V1_API_KEY: keys.v1,
    MOMENTO_V2_API_KEY: keys.v2,
    MOMENTO_HOSTNAME: plain.host,
    MOMENTO_PORT: String(plain.port),
  };
}

/**
 * What parameters of templates take that are given no value: the variables, under the names also that relays to a topic
 * use. `MomentoEndpoint` is the address of the HTTP API there, and not the host that SDKs are told.
 */
export function parameterVariables(env: LocalEnvironment) {
  return { ...env, MOMENTO_ENDPOINT: env.MOMENTO_HTTP_ENDPOINT, MOMENTO_AUTH_TOKEN: env.MOMENTO_API_KEY };
}

/** What the system, Node, npm or an AWS client reads of itself: an output `NodeOptions` must not become its setting. */
const READ_BY_OTHERS =
  /^(PATH|HOME|SHELL|PWD|TMPDIR|TEMP|TMP|(NODE|LD|DYLD|NPM_CONFIG)_\w+|AWS_((DEFAULT_)?(PROFILE|REGION)|ACCESS_KEY_ID|S\w+_(KEY|TOKEN)|ENDPOINT_URL\w*|CA_BUNDLE|USE_\w+_ENDPOINT))$/;

/**
 * Every stack's outputs as variables, but those whose names others read; of two with one name the later stack's wins.
 */
export async function outputVariables(cloud: Cloud, call: Omit<Call, 'requestId'>): Promise<Record<string, string>> {
  // Without stacks, nothing is asked: an answer takes the service's model.
  const { stacks = [] } = (await cloud.dispatch.service('cloudformation')?.state?.(call)) ?? {};
  if (stacks.length === 0) return {};
  const { Stacks = [] } = await cloud.dispatch.call('cloudformation', 'DescribeStacks', {}, call);
  // What a nested stack has to say, its parent says.
  const outputs = Stacks.filter(({ ParentId }) => ParentId === undefined).flatMap((stack) => stack.Outputs ?? []);
  const variables = outputs.map((output) => [variableName(output.OutputKey ?? ''), output.OutputValue ?? ''] as const);
  return Object.fromEntries(variables.filter(([name]) => !READ_BY_OTHERS.test(name)));
}
