// Variables of a shell that would lead a client away from the local cloud, or make it prefer other credentials. `exec` and `dev` take them
// from their children, `env` unsets them, `doctor` tells of them.

/** Each with what it does. Source: the AWS SDKs' and Tools' reference guide, environment variables. */
const MISLEADING: readonly (readonly [name: string, effect: string])[] = [
  ['AWS_PROFILE', 'AWS clients take credentials and settings of that profile'],
  ['AWS_DEFAULT_PROFILE', 'the AWS CLI takes credentials and settings of that profile'],
  ['AWS_SESSION_TOKEN', 'AWS clients send a token that belongs to other credentials'],
  ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'AWS clients pass over AWS_ENDPOINT_URL and call the real cloud'],
  ['AWS_CA_BUNDLE', 'the AWS CLI and other AWS clients trust the certificates of that file alone'],
];

const ENDPOINT_OF_ONE_SERVICE = /^AWS_ENDPOINT_URL_\w+$/;

/** What a variable of that name would do; `undefined` for one that does not mislead. */
export function misleadingEffect(name: string): string | undefined {
  if (ENDPOINT_OF_ONE_SERVICE.test(name)) return 'AWS clients of that service prefer it to AWS_ENDPOINT_URL';
  return MISLEADING.find(([known]) => known === name)?.[1];
}

/** Names for a shell to unset: all that are known, and the endpoints of single services that `environment` has. */
export function misleadingNames(environment: Readonly<Record<string, string | undefined>>): string[] {
  const endpoints = Object.keys(environment).filter((name) => ENDPOINT_OF_ONE_SERVICE.test(name));
  return [...MISLEADING.map(([name]) => name), ...endpoints];
}
