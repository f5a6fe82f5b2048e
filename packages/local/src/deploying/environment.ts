// The variables by which unmodified clients find this cloud: AWS SDKs and CLI, Momento SDKs, the test kit, deployed
// functions.
import { variableName } from '@earwitness/protocol/internal/relay/names';
import type { Call } from '../call.ts';
import type { Cloud } from '../cloud.ts';
import type { Address } from '../platform.ts';

export interface EnvironmentSource {
  readonly address: Address;
  /** Key for Momento clients, minted and signed by this cloud. */
  readonly momentoApiKey: string;
  /** One PEM file: the system's roots and our own CA. */
  readonly rootsFile: string;
  /** 12 digits; an access key of that form names the account. */
  readonly account: string;
  readonly region: string;
  readonly cache: string;
  readonly topic: string;
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
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    MOMENTO_API_KEY: source.momentoApiKey,
    MOMENTO_HTTP_ENDPOINT: source.address.http,
    CACHE_NAME: source.cache,
    TOPIC_NAME: source.topic,
    NODE_EXTRA_CA_CERTS: source.rootsFile,
    // grpc-js looks at this one first, and at nothing else when it is set.
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: source.rootsFile,
    EARWITNESS_URL: `${source.address.http}/_earwitness`,
  };
}

/** What the system, Node, npm or an AWS client reads of itself: an output `NodeOptions` must not become its setting. */
const READ_BY_OTHERS =
  /^(PATH|HOME|SHELL|PWD|TMPDIR|TEMP|TMP|(NODE|LD|DYLD|NPM_CONFIG)_\w+|AWS_((DEFAULT_)?(PROFILE|REGION)|ACCESS_KEY_ID|S\w+_(KEY|TOKEN)|ENDPOINT_URL\w*|CA_BUNDLE|USE_\w+_ENDPOINT))$/;

/**
 * Every stack's outputs as variables, but those whose names others read; of two with one name the later stack's wins.
 */
export async function outputVariables(cloud: Cloud, call: Omit<Call, 'requestId'>): Promise<Record<string, string>> {
  if (!cloud.dispatch.service('cloudformation')) return {};
  const { Stacks = [] } = await cloud.dispatch.call('cloudformation', 'DescribeStacks', {}, call);
  const outputs = Stacks.flatMap((stack) => stack.Outputs ?? []);
  const variables = outputs.map((output) => [variableName(output.OutputKey ?? ''), output.OutputValue ?? ''] as const);
  return Object.fromEntries(variables.filter(([name]) => !READ_BY_OTHERS.test(name)));
}
