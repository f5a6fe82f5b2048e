// How lists of secrets are filtered, sorted and cut into pages.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Filter, ListSecretsRequest } from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import { createPager } from '../../page.ts';
import type { Secret } from './secret.ts';

/** Whether a secret passes all filters. A value that begins with `!` turns its filter around. */
export function matchesFilters(secret: Secret, filters: readonly Filter[]): boolean {
  return filters.every(({ Key: key, Values: values }) => {
    if (key === undefined) throw new ServiceError('InvalidParameterException', 'Invalid filter key');
    if (!values) throw new ServiceError('InvalidParameterException', `Invalid filter values for key: ${key}`);
    const wanted = values.filter((value) => !value.startsWith('!'));
    const unwanted = values.filter((value) => value.startsWith('!')).map((value) => value.slice(1));
    return (
      (wanted.length === 0 || wanted.some((value) => matches(secret, key, value))) &&
      !unwanted.some((value) => matches(secret, key, value))
    );
  });
}

// Prefixes, with regard to case; of a description its words. Source: Secrets Manager API reference, Filter; the words
// were recorded on AWS (LocalStack, test_list_secrets_filtering).
function matches(secret: Secret, key: NonNullable<Filter['Key']>, value: string): boolean {
  const startsWith = (text: string | undefined) => text?.startsWith(value) ?? false;
  switch (key) {
    case 'name':
      return startsWith(secret.name);
    case 'description':
      return mentions([secret.description ?? ''], value);
    case 'tag-key':
      return (secret.tags ?? []).some((tag) => startsWith(tag.Key));
    case 'tag-value':
      return (secret.tags ?? []).some((tag) => startsWith(tag.Value));
    case 'owning-service':
      return startsWith(secret.owningService);
    case 'primary-region':
      return false;
    default: {
      const { name, description = '', tags = [] } = secret;
      return mentions([name, description, ...tags.flatMap((tag) => [tag.Key ?? '', tag.Value ?? ''])], value);
    }
  }
}

// Whether each of the words wanted begins a word of the texts, without regard to case.
function mentions(texts: readonly string[], value: string): boolean {
  const words = texts.flatMap((text) => text.toLowerCase().split(/[\s/_+=.@!:-]+/));
  return value
    .toLowerCase()
    .split(/[\s/_+=.@!:-]+/)
    .every((wanted) => words.some((word) => word.startsWith(wanted)));
}

/** Newest first unless the request says otherwise, as on AWS. */
export function sortSecrets(
  secrets: readonly Secret[],
  { SortBy: by, SortOrder: order }: ListSecretsRequest,
): Secret[] {
  const key = (secret: Secret): string | number => {
    if (by === 'name') return secret.name;
    if (by === 'last-changed-date') return secret.changedAt;
    if (by === 'last-accessed-date') return secret.accessedAt ?? 0;
    return secret.createdAt;
  };
  const sign = order === 'asc' ? 1 : -1;
  return [...secrets].sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : 0));
}

/** One page. @throws InvalidNextTokenException */
export const takePage = createPager({
  token: 'NextToken',
  limit: 'MaxResults',
  size: 100,
  refusal: () => new ServiceError('InvalidNextTokenException', 'The NextToken value is invalid.'),
});
