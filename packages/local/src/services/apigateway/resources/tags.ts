// Tags of what a template changes: of an API, an API key, a usage plan.
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import type { Previous, Properties } from '../../../resources/resource.ts';
import type { ResourceContext } from '../../../resources/service-resource.ts';
import { changeTags } from '../../../resources/tags.ts';

/** @param resource as ARNs have it: `/restapis/a1b2c3` */
export async function changeTagsOf(
  resource: string,
  properties: Properties,
  { call, previous, run }: ResourceContext<'apigateway'> & Previous,
): Promise<void> {
  const resourceArn = formatArn({ service: 'apigateway', region: call.region, account: '', resource });
  await changeTags(previous, properties, {
    untag: (tagKeys) => run('UntagResource', { resourceArn, tagKeys }),
    tag: (tags) => run('TagResource', { resourceArn, tags }),
  });
}
