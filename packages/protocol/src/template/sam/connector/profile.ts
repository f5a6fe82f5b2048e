// What a connector makes between two types, read from the table of the translator's connector profiles.
import { CONNECTOR_PROFILES } from './profile-table.ts';

export interface Access {
  readonly actions: readonly string[];
  /** With `${SourceArn}` and the like, which the ends of a connection give. */
  readonly resources: readonly string[];
}

export interface Profile {
  /** A policy of the role of one end, of the queue or the topic, or a permission to call the function. */
  readonly kind: 'role' | 'queue' | 'topic' | 'function';
  /** Whose role. */
  readonly of: 'Source' | 'Destination';
  /** The service that is let in. */
  readonly principal: string;
  readonly ownAccount: boolean;
  /** What has to be made after the policy: the source, or the mapping between the two. */
  readonly waits?: 'source' | 'mapping';
  /** Permissions in the profile's order, with what each allows. */
  readonly permissions: ReadonlyMap<string, readonly Access[]>;
  /** When only some combinations of permissions do. */
  readonly together?: readonly (readonly string[])[];
}

let lines: ReadonlyMap<string, string> | undefined;

/** The profile of two types of CloudFormation; undefined for a pair that SAM does not connect. */
export function connectorProfile(source: string, destination: string): Profile | undefined {
  lines ??= new Map(
    CONNECTOR_PROFILES.trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(' = ')), line.slice(line.indexOf(' = ') + 3)]),
  );
  const line = lines.get(`${source} ${destination}`.replaceAll('AWS::', ''));
  return line === undefined ? undefined : profileOf(line);
}

function profileOf(line: string): Profile {
  const [made = '', ...permissions] = line.split(' | ');
  const [kind = '', ...members] = made.split(' ');
  const given = new Map(
    members.map((member) => [member.slice(0, member.indexOf(':')), member.slice(member.indexOf(':') + 1)]),
  );
  const [waits, together] = [given.get('waits'), given.get('together')];
  return {
    kind: kind === 'queue' || kind === 'topic' || kind === 'function' ? kind : 'role',
    of: given.get('of') === 'source' ? 'Source' : 'Destination',
    principal: given.get('for') ?? '',
    ownAccount: given.has('account'),
    ...((waits === 'source' || waits === 'mapping') && { waits }),
    permissions: new Map(permissions.map(permissionOf)),
    ...(together !== undefined && { together: together.split(',').map((names) => names.split('+')) }),
  };
}

function permissionOf(text: string): readonly [string, readonly Access[]] {
  const name = text.slice(0, text.indexOf(' '));
  const statements = text.slice(name.length + 1).split(' ; ');
  return [
    name,
    statements.map((statement) => {
      const [actions = '', resources = ''] = statement.split(' > ');
      const [service = '', ...names] = actions.split(' ');
      return { actions: names.map((action) => `${service}${action}`), resources: resources.split(' ') };
    }),
  ];
}
