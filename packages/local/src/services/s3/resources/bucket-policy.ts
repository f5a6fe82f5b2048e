// CloudFormation: AWS::S3::BucketPolicy (Ref: the bucket's name). A bucket has one policy, and CloudFormation takes
// none over.
import { found } from '../../../resources/gone.ts';
import { textProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';

export const bucketPolicyResource = serviceResource('s3', {
  type: 'AWS::S3::BucketPolicy',
  serves: ['Bucket', 'PolicyDocument'],
  documents: ['PolicyDocument'],
  async namesake(properties, { run }) {
    const name = textProperty(properties, 'Bucket') ?? '';
    const policy = await found('NoSuchBucketPolicy', run('GetBucketPolicy', { Bucket: name }));
    return { name, physicalId: name, exists: policy !== undefined };
  },
  async create(properties, { run }) {
    const Bucket = textProperty(properties, 'Bucket') ?? '';
    await run('PutBucketPolicy', { Bucket, Policy: textProperty(properties, 'PolicyDocument') ?? '' });
    return { physicalId: Bucket, attributes: {} };
  },
  async update(made, properties, { run }) {
    const Policy = textProperty(properties, 'PolicyDocument') ?? '';
    await run('PutBucketPolicy', { Bucket: made.physicalId, Policy });
    return made;
  },
  gone: 'NoSuchBucket',
  delete: ({ physicalId: Bucket }, { run }) => run('DeleteBucketPolicy', { Bucket }),
});
