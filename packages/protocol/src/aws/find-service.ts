// Which service a request is for, in which account and region. AWS has one host name per service; here all share a
// port, so the signature's credential scope tells (AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request),
// else X-Amz-Target, else a form's Version, else the path. Signatures are not verified: any key works, and twelve
// digits name the account.
import { SERVICES, type ServiceName } from './models/services.ts';
import { headerOf, type WireRequest } from './wire.ts';

/** Whom a request is for and where it acts. */
export interface Destination {
  /** A service's name (`events`), or `undefined` when nothing in the request tells or the name is not one we know. */
  readonly service: ServiceName | undefined;
  /** The name that the request's signature gives, known to us or not. */
  readonly signingName: string | undefined;
  /** Key of the credentials that signed the request. */
  readonly accessKey: string | undefined;
  /** 12 digits: the access key when it is such, else the default. */
  readonly account: string;
  readonly region: string;
}

/** Where a caller acts whose request does not tell. */
export type Defaults = Pick<Destination, 'account' | 'region'>;

/**
 * Paths that tell a service whose requests need not be signed, or whose signing name another one shares. Of those that
 * share one, the last in this list gets what no path claims.
 */
const PATHS: readonly (readonly [service: ServiceName, path: RegExp])[] = [
  ['sqs', /^\/\d{12}\/[\w-]/],
  ['lambda', /^\/20\d\d-\d\d-\d\d\/(functions|event-source-mappings|tags|account-settings)/],
  ['apigatewayv2', /^\/v2\/(apis|tags)(\/|$)/],
  ['apigateway', /^\/(restapis|account|tags)(\/|$)/],
];

/** Reads from a request which service it is for. */
export function findService(request: WireRequest, defaults: Defaults): Destination {
  const scope = parseCredentialScope(request);
  return {
    service: scope ? bySigningName(scope.signingName, request) : byContent(request),
    signingName: scope?.signingName,
    accessKey: scope?.accessKey,
    account: scope && /^\d{12}$/.test(scope.accessKey) ? scope.accessKey : defaults.account,
    region: scope?.region ?? defaults.region,
  };
}

interface CredentialScope {
  readonly accessKey: string;
  /** Missing in SigV4a, which signs for a set of regions. */
  readonly region: string | undefined;
  readonly signingName: string;
}

/** The credential scope of a signed header or a presigned URL. */
export function parseCredentialScope(request: Pick<WireRequest, 'headers' | 'query'>): CredentialScope | undefined {
  const authorization = headerOf(request, 'authorization');
  const signed = authorization?.startsWith('AWS4-') ? /Credential=([^,\s]+)/.exec(authorization)?.[1] : undefined;
  const credential = signed ?? presignedCredential(request.query);
  const [accessKey, _date, ...rest] = credential?.split('/') ?? [];
  if (!accessKey || rest.pop() !== 'aws4_request') return undefined;
  const signingName = rest.pop();
  if (!signingName) return undefined;
  const region = rest.pop() ?? headerOf(request, 'x-amz-region-set')?.split(',')[0];
  return { accessKey, region: region && /^[a-z0-9-]+$/.test(region) ? region : undefined, signingName };
}

function presignedCredential(query: string): string | undefined {
  return query.includes('X-Amz-Credential=') ? parameterOf(query, 'X-Amz-Credential') : undefined;
}

function bySigningName(signingName: string, request: WireRequest): ServiceName | undefined {
  const sharing = SERVICES.filter((service) => service.signingName === signingName);
  const candidates = sharing.map(({ name }) => name);
  if (candidates.length <= 1) return candidates[0];
  const { path } = request;
  const prefix = targetPrefix(request);
  // DynamoDB and its streams.
  if (prefix !== undefined) return (sharing.find((service) => service.targetPrefix === prefix) ?? sharing[0])?.name;
  const withPath = PATHS.filter(([service]) => candidates.includes(service));
  return (withPath.find(([, pattern]) => pattern.test(path)) ?? withPath.at(-1))?.[0];
}

/** Prefixes of `X-Amz-Target` by which unsigned requests to services that are not served tell whom they are for. */
const OTHER_TARGETS: Readonly<Record<string, string>> = {
  AWSCognitoIdentityProviderService: 'cognito-idp',
  AWSCognitoIdentityService: 'cognito-identity',
  AWSStepFunctions: 'states',
  Kinesis_20131202: 'kinesis',
  Firehose_20150804: 'firehose',
};

/** The service that a request names, served or not, as signatures name it: `dynamodb`. Looks at headers and query. */
export function serviceNamed(request: Pick<WireRequest, 'headers' | 'query'>): string | undefined {
  const scope = parseCredentialScope(request);
  if (scope) return scope.signingName;
  const prefix = targetPrefix(request);
  if (prefix === undefined) return undefined;
  return SERVICES.find((service) => service.targetPrefix === prefix)?.signingName ?? OTHER_TARGETS[prefix];
}

function targetPrefix(request: Pick<WireRequest, 'headers'>): string | undefined {
  const target = headerOf(request, 'x-amz-target');
  return target?.slice(0, target.lastIndexOf('.'));
}

function byContent(request: WireRequest): ServiceName | undefined {
  const prefix = targetPrefix(request);
  if (prefix !== undefined) return SERVICES.find((service) => service.targetPrefix === prefix)?.name;
  const isForm = headerOf(request, 'content-type')?.startsWith('application/x-www-form-urlencoded');
  const form = isForm && request.query === '' ? request.text() : request.query;
  const version = form.includes('Action=') ? parameterOf(form, 'Version') : undefined;
  if (version !== undefined) return SERVICES.find((service) => service.version === version)?.name;
  return PATHS.find(([, pattern]) => pattern.test(request.path))?.[0];
}

/** One field of a form, decoded; `undefined` when it is not there or not percent-encoded. */
export function parameterOf(form: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|&)${name}=([^&]*)`).exec(form)?.[1];
  if (value === undefined) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
