// CloudFormation: AWS::StepFunctions::Activity (Ref: the ARN).
import { found } from '../../../resources/gone.ts';
import { textProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';
import { changeTags, tagsOf } from '../../../resources/tags.ts';
import { activityArn } from '../activity.ts';
import { tagList } from '../settings.ts';

export const activityResource = serviceResource('stepfunctions', {
  type: 'AWS::StepFunctions::Activity',
  serves: ['EncryptionConfiguration', 'Name', 'Tags'],
  gone: 'ActivityDoesNotExist',
  async namesake(properties, { call, run }) {
    const name = textProperty(properties, 'Name');
    if (name === undefined) return undefined;
    const physicalId = activityArn({ account: call.account, region: call.region, name });
    const there = found('ActivityDoesNotExist', run('DescribeActivity', { activityArn: physicalId }));
    return { name, physicalId, exists: (await there) !== undefined };
  },
  async create({ Tags, ...properties }, { parse, run }) {
    const input = await parse('CreateActivity', properties);
    const { activityArn: arn } = await run('CreateActivity', { ...input, tags: tagList(tagsOf({ Tags })) });
    return { physicalId: arn, attributes: { Arn: arn, Name: input.name } };
  },
  async adopt({ Arn = '' }, { run }) {
    const { activityArn: arn, name } = await run('DescribeActivity', { activityArn: Arn });
    return { physicalId: arn, attributes: { Arn: arn, Name: name } };
  },
  async update(made, properties, { previous, run }) {
    await changeTags(previous, properties, {
      untag: (tagKeys) => run('UntagResource', { resourceArn: made.physicalId, tagKeys }),
      tag: (tags) => run('TagResource', { resourceArn: made.physicalId, tags: tagList(tags) }),
    });
    return made;
  },
  delete: ({ physicalId }, { run }) => run('DeleteActivity', { activityArn: physicalId }),
});
