// Activities: made, described, listed, deleted; and their tasks, which workers poll for.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { updateRow } from '../../../backbone/update.ts';
import type { OperationsOf } from '../../../call.ts';
import { activityArn, activityKey } from '../activity.ts';
import { checkName, readArn, type StatesArn } from '../arn.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { checkEncryption, checkTagCount, tagsOf } from '../settings.ts';

export function activityOperations({ platform, activities, running, authorize }: Parts) {
  /** @throws ActivityDoesNotExist */
  function get(arn: StatesArn) {
    const activity = activities.get(activityKey(arn))?.value;
    if (activity) return activity;
    throw new ServiceError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn.text}'`);
  }

  return {
    async CreateActivity({ name, tags = [], encryptionConfiguration }, call) {
      const place = { account: call.account, region: call.region, name };
      const arn = activityArn(place);
      const requestTags = tagsOf(tags);
      await authorize(call, 'CreateActivity', { resource: arn, requestTags });
      checkName(name);
      checkEncryption(encryptionConfiguration);
      checkTagCount(requestTags, arn);
      const made = { ...place, tags: requestTags, createdAt: platform.clock.now() };
      const { value } = await updateRow(activities, activityKey(place), (there) => there ?? made);
      return { activityArn: arn, creationDate: value.createdAt };
    },

    async DescribeActivity({ activityArn: text }, call) {
      const arn = readArn(text, 'activity');
      await authorize(call, 'DescribeActivity', { resource: text, owner: arn.account });
      const { name, createdAt } = get(arn);
      const encryptionConfiguration = { type: 'AWS_OWNED_KEY' } as const;
      return { activityArn: text, name, creationDate: createdAt, encryptionConfiguration };
    },

    async DeleteActivity({ activityArn: text }, call) {
      const arn = readArn(text, 'activity');
      await authorize(call, 'DeleteActivity', { resource: text, owner: arn.account });
      await activities.delete(activityKey(arn));
      return {};
    },

    async ListActivities(input, call) {
      await authorize(call, 'ListActivities', { resource: '*' });
      const found = activities.list(`${call.account}/${call.region}/`).map(({ value }) => value);
      const { page, next } = takePage(found, input, { keyOf: ({ name }) => name });
      const listed = page.map((activity) => ({
        activityArn: activityArn(activity),
        name: activity.name,
        creationDate: activity.createdAt,
      }));
      return { activities: listed, ...next };
    },

    /** A long poll of 60 seconds; without a task in the end. */
    async GetActivityTask({ activityArn: text, workerName: name }, call) {
      const arn = readArn(text, 'activity');
      await authorize(call, 'GetActivityTask', { resource: text, owner: arn.account });
      get(arn);
      return (await running.takeActivity(text, { name, signal: call.signal })) ?? {};
    },
  } satisfies OperationsOf<'stepfunctions'>;
}
