// What SAM refuses of a function as a whole: properties that exclude, or need, one another. Source: aws-sam-translator
// 1.110.
import { asIntrinsic, isList, isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, knownText, report, type Serverless } from '../assembly.ts';
import { resolveMappings } from '../known-value.ts';
import { locationFault } from '../location.ts';
import { isDisabled, passesCondition } from './deployment-preference.ts';

type Refuse = (message: string, member?: string) => void;

/** Reports everything that SAM refuses of a function besides its events. */
export function refuseFunction(assembly: Assembly, serverless: Serverless): void {
  const { properties } = serverless;
  const refuse: Refuse = (message, member) =>
    report(assembly, serverless, { message, at: properties, ...(member !== undefined && { member }) });
  refusePackage(properties, refuse);
  refuseAlias(properties, refuse, assembly);
  refuseTenancy(properties, refuse);
  refuseUrl(properties['FunctionUrlConfig'], refuse);
  refuseRole(properties['Role'], refuse);
  refuseCode(properties, refuse);
  const policies = properties['Policies'] ?? [];
  const isPolicy = (one: Value) => typeof one === 'string' || isMap(one);
  if (!isPolicy(policies) && !(isList(policies) && policies.every(isPolicy))) {
    refuse("Type of property 'Policies' is invalid.", 'Policies');
  }
  const deadLetters = properties['DeadLetterQueue'];
  if (isMap(deadLetters) && !asIntrinsic(deadLetters)) {
    if (deadLetters['Type'] === undefined || deadLetters['TargetArn'] === undefined) {
      refuse("'DeadLetterQueue' requires Type and TargetArn properties to be specified.", 'DeadLetterQueue');
    } else if (typeof deadLetters['Type'] !== 'string') {
      refuse("Property 'DeadLetterQueue.Type' should be a string.", 'DeadLetterQueue');
    } else if (deadLetters['Type'] !== 'SQS' && deadLetters['Type'] !== 'SNS') {
      refuse("'DeadLetterQueue' requires Type of ['SQS', 'SNS']", 'DeadLetterQueue');
    }
  }
}

/** What only a published version can have, and how its alias and its deployment may be said. */
function refuseAlias(properties: ValueMap, refuse: Refuse, assembly: Assembly): void {
  const { AutoPublishAlias: alias, DeploymentPreference: preference, VersionDeletionPolicy: policy } = properties;
  const name = knownText(alias, assembly);
  if (alias === undefined) {
    if (properties['ProvisionedConcurrencyConfig'] !== undefined) {
      const message = 'To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function';
      refuse(message, 'ProvisionedConcurrencyConfig');
    }
    if (policy !== undefined) refuse("'VersionDeletionPolicy' requires 'AutoPublishAlias'.", 'VersionDeletionPolicy');
  } else if (name === '' && alias !== '') {
    refuse('Alias name is required to create an alias', 'AutoPublishAlias');
  } else if (name && (/^\d+$/.test(name) || !/^[\w-]+$/.test(name))) {
    const rule = 'must contain only alphanumeric characters, hyphens, or underscores';
    const pattern = '(?!^[0-9]+$)([a-zA-Z0-9-_]+)';
    refuse(`AutoPublishAlias name ('${name}') ${rule} matching ${pattern} pattern.`, 'AutoPublishAlias');
  }
  const isPolicy = policy === undefined || isMap(policy) || policy === 'Delete' || policy === 'Retain';
  if (alias !== undefined && !isPolicy) {
    const message = "Property 'VersionDeletionPolicy' should be a one of the strings: 'Delete' or 'Retain'.";
    refuse(message, 'VersionDeletionPolicy');
  }
  const { CapacityProviderConfig: capacity, ProvisionedConcurrencyConfig: concurrency } = properties;
  if (capacity !== undefined && concurrency !== undefined) {
    refuse(
      "Cannot specify 'CapacityProviderConfig' and 'ProvisionedConcurrencyConfig' together.",
      'CapacityProviderConfig',
    );
  }
  if (isMap(preference)) refuseCondition(preference['PassthroughCondition'], refuse, assembly);
  if (!isMap(preference) || isDisabled(preference, assembly)) return;
  // A mapping may say that it is disabled.
  if (!alias && !isMap(preference['Enabled'])) {
    refuse("'DeploymentPreference' requires AutoPublishAlias property to be specified.", 'DeploymentPreference');
  }
  const { Hooks: hooks, Alarms: alarms, Type: type } = preference;
  if (type === undefined) {
    refuse("'DeploymentPreference' is missing required Property 'Type'", 'DeploymentPreference');
  }
  if (hooks !== undefined && !isMap(hooks)) {
    refuse("'Hooks' property of 'DeploymentPreference' must be a dictionary", 'DeploymentPreference');
  }
  if (alarms !== undefined && !isList(alarms) && !(isMap(alarms) && asIntrinsic(alarms))) {
    refuse('Alarms must be a list', 'DeploymentPreference');
  }
}

function refuseCondition(asked: Value | undefined, refuse: Refuse, assembly: Assembly): void {
  if (asked === undefined || passesCondition({ PassthroughCondition: asked }, assembly) !== undefined) return;
  const supported =
    'the only intrinsic functions supported for property PassthroughCondition are FindInMap and parameter Refs.';
  const isFunction = asIntrinsic(resolveMappings(asked, assembly)) !== undefined;
  const message = isFunction
    ? `Unsupported intrinsic: ${supported}`
    : 'Invalid value for property PassthroughCondition.';
  refuse(message, 'DeploymentPreference');
}

/** What a function that is kept apart by tenant cannot have. */
function refuseTenancy({ TenancyConfig: tenancy, ...properties }: ValueMap, refuse: Refuse): void {
  if (tenancy === undefined) return;
  const members = {
    ProvisionedConcurrencyConfig: 'Provisioned concurrency',
    FunctionUrlConfig: 'Function URL',
    SnapStart: 'SnapStart',
  };
  for (const [name, shown] of Object.entries(members)) {
    if (properties[name] === undefined) continue;
    refuse(`${shown} is not supported for functions enabled with tenancy configuration.`, name);
  }
  const events = isMap(properties['Events']) ? properties['Events'] : {};
  for (const event of Object.values(events)) {
    const type = isMap(event) ? scalarText(event['Type']) : undefined;
    if (type === undefined || type === 'Api' || type === 'HttpApi') continue;
    const unsupported = `Event source '${type}' is not supported for functions enabled with tenancy configuration.`;
    refuse(`${unsupported} Only Api and HttpApi event sources are supported.`, 'Events');
  }
}

const URL_CORS: Readonly<Record<string, 'list' | 'bool' | 'int'>> = {
  AllowOrigins: 'list',
  AllowMethods: 'list',
  AllowCredentials: 'bool',
  AllowHeaders: 'list',
  ExposeHeaders: 'list',
  MaxAge: 'int',
};

function refuseUrl(url: Value | undefined, refuse: Refuse): void {
  if (!isMap(url) || asIntrinsic(url)) return;
  const member = 'FunctionUrlConfig';
  if (url['AuthType'] === undefined) {
    const message = `AuthType is required to configure function property \`${member}\`. Please provide either AWS_IAM or NONE.`;
    refuse(message, member);
  }
  const cors = url['Cors'];
  if (cors === undefined || (isMap(cors) && asIntrinsic(cors))) return;
  if (!isMap(cors)) {
    refuse(`Property '${member}.Cors' should be a map.`, member);
    return;
  }
  for (const [name, value] of Object.entries(cors)) {
    const kind = URL_CORS[name];
    if (kind === undefined) refuse(`${name} is not a valid property for configuring Cors.`, member);
    else if (!fits(value, kind)) refuse(`${name} must be of type ${kind}.`, member);
  }
}

function fits(value: Value, kind: 'list' | 'bool' | 'int'): boolean {
  if (isMap(value)) return asIntrinsic(value) !== undefined;
  if (kind === 'list') return isList(value);
  return typeof value === (kind === 'bool' ? 'boolean' : 'number');
}

function refuseRole(role: Value | undefined, refuse: Refuse): void {
  if (role === undefined || typeof role === 'string') return;
  const intrinsic = asIntrinsic(role);
  if (!intrinsic) refuse("Property 'Role' should be a string.", 'Role');
  if (intrinsic?.name === 'Fn::If' && isList(intrinsic.argument) && intrinsic.argument.length !== 3) {
    refuse("Malformed 'Role' property: Fn::If requires 3 arguments.", 'Role');
  }
}

function refuseCode({ CodeUri: uri, AutoPublishCodeSha256: hash }: ValueMap, refuse: Refuse): void {
  const fault = locationFault(uri, 'CodeUri');
  if (fault !== undefined) refuse(fault, 'CodeUri');
  const isHash = hash === undefined || typeof hash === 'string' || (isMap(hash) && typeof hash['Ref'] === 'string');
  if (!isHash) refuse('AutoPublishCodeSha256 must be a string', 'AutoPublishCodeSha256');
}

function refusePackage(properties: ValueMap, refuse: Refuse): void {
  const { PackageType: packageType = 'Zip', Runtime: runtime, Handler: handler, Layers: layers } = properties;
  if (packageType === 'Image') {
    if ([runtime, handler, layers].some((value) => value !== undefined)) {
      refuse('Runtime, Handler, Layers cannot be present when PackageType is of type `Image`', 'PackageType');
    }
  } else if (packageType !== 'Zip' && !asIntrinsic(packageType)) {
    refuse(`invalid 'PackageType' : ${scalarText(packageType) ?? ''}`, 'PackageType');
  } else if (!(runtime && handler)) {
    refuse('Runtime and Handler needs to be present when PackageType is of type `Zip`');
  } else if (properties['ImageConfig'] !== undefined) {
    refuse('ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`', 'ImageConfig');
  }
}
