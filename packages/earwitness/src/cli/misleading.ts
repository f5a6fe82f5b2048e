// Variables of a shell that would lead a client from this local cloud to another cloud, or make it prefer other
// credentials. `exec` takes them from its child, `env` unsets them, `doctor` warns of those that any shell may have.

/** Each with what it does. Source: the AWS SDKs' and Tools' reference guide, environment variables. */
const MISLEADING: readonly (readonly [name: string, effect: string])[] = [
  ['AWS_PROFILE', 'AWS clients take credentials and settings of that profile'],
  ['AWS_DEFAULT_PROFILE', 'the AWS CLI takes credentials and settings of that profile'],
  ['AWS_SESSION_TOKEN', 'AWS clients send a token that belongs to other credentials'],
  ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'AWS clients pass over AWS_ENDPOINT_URL and call the real cloud'],
  ['AWS_CA_BUNDLE', 'the AWS CLI and other AWS clients trust the certificates of that file alone'],
  [
    'AWS_USE_FIPS_ENDPOINT',
    'AWS clients take no AWS_ENDPOINT_URL beside it: "FIPS and custom endpoint are not supported"',
  ],
  [
    'AWS_USE_DUALSTACK_ENDPOINT',
    'AWS clients take no AWS_ENDPOINT_URL beside it: "Dualstack and custom endpoint are not supported"',
  ],
];

type Environment = Readonly<Record<string, string | undefined>>;

/** Outputs of the relay's stack. */
const OF_RELAY = /^(TOPIC_NAME_\w+|DEAD_LETTER_QUEUE_URL)$/;
const ENDPOINT_OF_ONE_SERVICE = /^AWS_ENDPOINT_URL_\w+$/;

/** The effect of a variable of that name; `undefined` when it does not mislead. */
export function misleadingEffect(name: string): string | undefined {
  if (ENDPOINT_OF_ONE_SERVICE.test(name)) return 'AWS clients of that service prefer it to AWS_ENDPOINT_URL';
  return MISLEADING.find(([known]) => known === name)?.[1];
}

/**
 * Names to be without in the environment of a local cloud: all that are known, and what `environment` has of endpoints
 * of single services and of another local cloud.
 */
export function misleadingNames(environment: Environment): string[] {
  const endpoints = Object.keys(environment).filter((name) => ENDPOINT_OF_ONE_SERVICE.test(name));
  return [...MISLEADING.map(([name]) => name), ...endpoints, ...namesOfLocalCloud(environment)];
}

/**
 * Variables of a local cloud other than those that every local cloud sets: the outputs of its stacks, as far as they
 * can be recognized.
 */
function namesOfLocalCloud(environment: Environment): string[] {
  const url = environment['EARWITNESS_URL'];
  if (!url || !URL.canParse(url)) return [];
  const { origin } = new URL(url);
  // `http://127.0.0.1:45660` leads elsewhere than `http://127.0.0.1:4566`.
  const leadsThere = (value: string) => value.split(origin).some((rest, index) => index > 0 && !/^\d/.test(rest));
  return Object.entries(environment).flatMap(([name, value = '']) =>
    OF_RELAY.test(name) || leadsThere(value) ? [name] : [],
  );
}
