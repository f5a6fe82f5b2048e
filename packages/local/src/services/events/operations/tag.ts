// TagResource, UntagResource, ListTagsForResource: for buses and rules, which are the only ones that have tags.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import { tagsOf } from '../tag.ts';

type Tags = Readonly<Record<string, string>>;

export function tagOperations({ buses, rules }: Parts) {
  /** The tags of a bus or rule, and how to write others. */
  function open(resourceArn: string): { tags: Tags; write: (tags: Tags) => Promise<unknown> } {
    const { account = '', region = '', resource = '' } = parseArn(resourceArn) ?? {};
    if (resource.startsWith('event-bus/')) {
      const bus = buses.get({ account, region, name: resource.slice('event-bus/'.length) });
      return { tags: bus.tags, write: (tags) => buses.put({ ...bus, tags }) };
    }
    if (resource.startsWith('rule/')) {
      const path = resource.slice('rule/'.length);
      const slash = path.lastIndexOf('/');
      const bus = { account, region, name: slash < 0 ? 'default' : path.slice(0, slash) };
      const rule = rules.get(bus, path.slice(slash + 1));
      return { tags: rule.tags, write: (tags) => rules.put({ ...rule, tags }) };
    }
    throw new ServiceError('ResourceNotFoundException', `Resource ${resourceArn} does not exist.`);
  }
  return {
    async TagResource({ ResourceARN, Tags }) {
      const { tags, write } = open(ResourceARN);
      await write({ ...tags, ...tagsOf(Tags) });
      return {};
    },

    async UntagResource({ ResourceARN, TagKeys }) {
      const { tags, write } = open(ResourceARN);
      await write(Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))));
      return {};
    },

    ListTagsForResource: ({ ResourceARN }) => ({
      Tags: Object.entries(open(ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  } satisfies OperationsOf<'events'>;
}
