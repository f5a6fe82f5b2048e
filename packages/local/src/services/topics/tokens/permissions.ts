// Permissions as clients send them, read into what we keep. A role or selector that we do not know is refused: a token
// that reaches further than its maker meant must not come into being.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import {
  type CachePermission,
  type TopicPermission,
  type ItemSelector as WireItemSelector,
  type Permission as WirePermission,
  type Permissions as WirePermissions,
  Role as WireRole,
  type TopicSelector as WireTopicSelector,
} from '@earwitness/protocol/internal/momento/gen/permissions_pb';
import {
  findConflict,
  type ItemSelector,
  type Permission,
  type Permissions,
  type Role,
  type TopicSelector,
} from '@earwitness/protocol/internal/momento/permissions';

/** @throws INVALID_ARGUMENT_ERROR */
export function readPermissions(sent: WirePermissions | undefined): Permissions {
  switch (sent?.kind.case) {
    case 'superUser':
      return 'super user';
    case 'explicit': {
      const permissions = sent.kind.value.permissions.map(readPermission);
      if (permissions.length === 0) throw refused('The list of permissions is empty.');
      const conflict = findConflict(permissions);
      if (conflict) throw refused(`Two permissions are for the same: ${JSON.stringify(conflict)}.`);
      return permissions;
    }
    default:
      throw refused('The request has no permissions.');
  }
}

function readPermission({ kind }: WirePermission): Permission {
  switch (kind.case) {
    case 'cache':
      return { kind: 'cache', ...readWhere(kind.value), ...readItem(kind.value) };
    case 'topic':
      return { kind: 'topic', ...readWhere(kind.value), ...readTopic(kind.value) };
    case 'function':
      return { kind: 'function' };
    default:
      throw refused('A permission is for none of caches, topics and functions.');
  }
}

const ROLES: Readonly<Record<WireRole, Role>> = {
  [WireRole.NONE]: 'none',
  [WireRole.READ_WRITE]: 'read-write',
  [WireRole.READ_ONLY]: 'read',
  [WireRole.WRITE_ONLY]: 'write',
};

function readWhere({ role, cache }: CachePermission | TopicPermission): { role: Role; cache?: string } {
  // The wire may carry any number.
  const known = Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
  if (known === undefined) throw refused(`A permission has the unknown role ${role}.`);
  if (cache.case === 'allCaches') return { role: known };
  const name = cache.case === 'cacheSelector' ? cache.value.kind.value : undefined;
  if (name === undefined || name === '')
    throw refused('A permission names no cache; expected is a name, or all caches.');
  return { role: known, cache: name };
}

// An SDK leaves the selector out for an API key, and means every item.
function readItem({ item }: CachePermission): { item?: ItemSelector } {
  return item.case === 'itemSelector' ? { item: readItemSelector(item.value) } : {};
}

function readItemSelector({ kind }: WireItemSelector): ItemSelector {
  if (kind.case === undefined) throw refused('A permission selects items by neither key nor prefix.');
  const base64 = Buffer.from(kind.value).toString('base64');
  return kind.case === 'key' ? { key: base64 } : { keyPrefix: base64 };
}

function readTopic({ topic }: TopicPermission): { topic?: TopicSelector } {
  if (topic.case === 'allTopics') return {};
  if (topic.case === 'topicSelector') return { topic: readTopicSelector(topic.value) };
  throw refused('A permission names no topic; expected is a name, a prefix, or all topics.');
}

function readTopicSelector({ kind }: WireTopicSelector): TopicSelector {
  if (kind.case === undefined) throw refused('A permission selects topics by neither name nor prefix.');
  return kind.case === 'name' ? { name: kind.value } : { namePrefix: kind.value };
}

function refused(message: string) {
  return momentoError('INVALID_ARGUMENT_ERROR', message);
}
