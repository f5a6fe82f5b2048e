// What a Momento key or token may do, and whether it may do this. Permissions stand in the claims of keys, so they are
// plain data (JSON).
//
// Whoever holds a super user's key may do everything; explicit permissions reach items and topics only: "no higher
// level resource description or modification" (momentohq/client-protos, permissionmessages.proto, read 2026-11-29).
import { decodeBase64 } from '../aws/scalar.ts';

/** `write` alone is not enough for what depends on the stored value, as SetIfNotExists does. Source: the same. */
export type Role = 'none' | 'read-write' | 'read' | 'write';

/** One statement. A selector that is left out selects everything. */
export type Permission =
  | { readonly kind: 'cache'; readonly role: Role; readonly cache?: string; readonly item?: ItemSelector }
  | { readonly kind: 'topic'; readonly role: Role; readonly cache?: string; readonly topic?: TopicSelector }
  /** Functions are not served: it allows nothing here. */
  | { readonly kind: 'function' };

/** Keys are bytes; here they are base64. */
export type ItemSelector = { readonly key: string } | { readonly keyPrefix: string };
export type TopicSelector = { readonly name: string } | { readonly namePrefix: string };

/**
 * `account` is what the console and the environment's key may: everything, also what makes super users. Source:
 * client-sdk-javascript, auth-client tests: a session's token makes super user keys, a super user's key makes none.
 */
export type Permissions = 'account' | 'super user' | readonly Permission[];

/** What a caller wants to do. */
export type Action =
  | { readonly kind: 'make super users' }
  | { readonly kind: 'make keys' }
  | { readonly kind: 'manage caches' }
  | { readonly kind: 'read items' | 'write items' | 'compare items'; readonly cache: string; readonly key: Uint8Array }
  | { readonly kind: 'publish' | 'subscribe'; readonly cache: string; readonly topic: string };

const READ: ReadonlySet<Role> = new Set(['read-write', 'read']);
const WRITE: ReadonlySet<Role> = new Set(['read-write', 'write']);
const BOTH: ReadonlySet<Role> = new Set(['read-write']);

const ROLES: Readonly<
  Record<Exclude<Action['kind'], 'make super users' | 'make keys' | 'manage caches'>, typeof READ>
> = { 'read items': READ, 'write items': WRITE, 'compare items': BOTH, publish: WRITE, subscribe: READ };

export function isAllowed(permissions: Permissions, action: Action): boolean {
  if (permissions === 'account') return true;
  if (permissions === 'super user') return action.kind !== 'make super users';
  return permissions.some((permission) => allows(permission, action));
}

function allows(permission: Permission, action: Action): boolean {
  if (permission.kind === 'function') return false;
  switch (action.kind) {
    case 'make super users':
    case 'make keys':
    case 'manage caches':
      return false;
    case 'read items':
    case 'write items':
    case 'compare items':
      return permission.kind === 'cache' && fits(permission, action) && selectsItem(permission.item, action.key);
    case 'publish':
    case 'subscribe':
      return permission.kind === 'topic' && fits(permission, action) && selectsTopic(permission.topic, action.topic);
  }
}

function fits(
  { role, cache }: { readonly role: Role; readonly cache?: string },
  action: { readonly kind: keyof typeof ROLES; readonly cache: string },
): boolean {
  return ROLES[action.kind].has(role) && (cache === undefined || cache === action.cache);
}

function selectsItem(selector: ItemSelector | undefined, key: Uint8Array): boolean {
  if (!selector) return true;
  if ('key' in selector) return isPrefix(decodeBase64(selector.key), key, { whole: true });
  return isPrefix(decodeBase64(selector.keyPrefix), key, { whole: false });
}

function selectsTopic(selector: TopicSelector | undefined, topic: string): boolean {
  if (!selector) return true;
  return 'name' in selector ? selector.name === topic : topic.startsWith(selector.namePrefix);
}

function isPrefix(prefix: Uint8Array | undefined, bytes: Uint8Array, { whole }: { readonly whole: boolean }): boolean {
  if (!prefix) return false;
  if (whole ? prefix.length !== bytes.length : prefix.length > bytes.length) return false;
  return prefix.every((byte, at) => bytes[at] === byte);
}

/**
 * The statement that says of the same things what an earlier one says; undefined when there is none. Momento refuses
 * such lists. Source: client-sdk-javascript, auth-client tests ("duplicate/conflicting").
 */
export function findConflict(permissions: readonly Permission[]): Permission | undefined {
  const seen = new Set<string>();
  return permissions.find((permission) => {
    const { role: _role, ...selectors } = { role: 'none', ...permission };
    const key = JSON.stringify(selectors);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
}

/**
 * Permissions as they were written into a key's claims. @throws TypeError when the value is none: whoever signed it is
 * of another version.
 */
export function parsePermissions(value: unknown): Permissions {
  if (value === 'account' || value === 'super user') return value;
  if (Array.isArray(value)) return value.map(parsePermission);
  throw new TypeError('Permissions are "account", "super user" or a list.');
}

function parsePermission(value: unknown): Permission {
  const { kind, role, cache, item, topic } = record(value);
  if (kind === 'function') return { kind };
  if (!isRole(role)) throw new TypeError('A permission has a role.');
  const where = { role, ...(typeof cache === 'string' && { cache }) };
  if (kind === 'topic') {
    if (topic === undefined) return { kind, ...where };
    const { name, namePrefix } = record(topic);
    if (typeof name === 'string') return { kind, ...where, topic: { name } };
    if (typeof namePrefix === 'string') return { kind, ...where, topic: { namePrefix } };
  }
  if (kind === 'cache') {
    if (item === undefined) return { kind, ...where };
    const { key, keyPrefix } = record(item);
    if (typeof key === 'string') return { kind, ...where, item: { key } };
    if (typeof keyPrefix === 'string') return { kind, ...where, item: { keyPrefix } };
  }
  throw new TypeError(
    'A permission is for a cache, a topic or a function, with a selector that has a name or a prefix.',
  );
}

function isRole(value: unknown): value is Role {
  return value === 'none' || value === 'read-write' || value === 'read' || value === 'write';
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
