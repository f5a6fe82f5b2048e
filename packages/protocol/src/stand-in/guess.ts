// The rule for what the table of exact forms does not have: physical ids and attributes by their names, from
// CloudFormation's schema of the type. What comes out has a plausible form and is marked as guessed.
import { randomText, type StandInPlace } from './place.ts';

export interface GuessContext {
  /** `AWS::Glue::DevEndpoint`. */
  readonly type: string;
  /** The resource's own name, in ARNs and hosts. */
  readonly name: string;
  readonly place: StandInPlace;
}

/**
 * A value for an attribute or identifier, by the end of its name: an ARN, an address under `.invalid` (a domain that
 * never exists: RFC 2606), a port, the resource's name; `undefined` for identifiers and for anything else.
 */
export function guessByName(attribute: string, context: GuessContext): string | undefined {
  if (/Arn$/i.test(attribute)) return arnOf(context);
  if (/(Url|Uri|Endpoint)$/i.test(attribute)) return `https://${hostOf(context)}`;
  if (/(Address|Host|Dns|DomainName|DNSName)$/.test(attribute)) return hostOf(context);
  if (/Port$/.test(attribute)) return '443';
  return /Name$/.test(attribute) ? context.name : undefined;
}

function arnOf({ type, name, place }: GuessContext): string {
  const { service, kind } = partsOf(type);
  return `arn:${place.partition}:${service}:${place.region}:${place.account}:${kind}/${name}`;
}

function hostOf({ type, name, place }: GuessContext): string {
  return `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.${partsOf(type).service}.${place.region}.invalid`;
}

/** Of `AWS::Glue::DevEndpoint`, `Custom::Thing`, `Org::Group::Kind::MODULE`: the last two words that say what it is. */
function partsOf(type: string): { readonly service: string; readonly kind: string } {
  const words = type
    .replace(/::MODULE$/, '')
    .toLowerCase()
    .split('::');
  return { service: words.at(-2) ?? '', kind: words.at(-1) ?? '' };
}

/** A value for an attribute that a schema names. */
export function guessAttribute(attribute: string, context: GuessContext): string {
  const { place } = context;
  if (/Id$/i.test(attribute)) return randomText(place, 'lower', 12) ?? '';
  return guessByName(attribute, context) ?? `${place.logicalId}-${attribute}`;
}
