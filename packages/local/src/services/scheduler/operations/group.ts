// Schedule groups.
import type { OperationsOf } from '../../../call.ts';
import { DEFAULT_GROUP, describeGroup, groupArn } from '../group.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { invalid } from '../schedule.ts';

export function groupOperations({ platform, schedules }: Parts) {
  return {
    async CreateScheduleGroup({ Name: name, Tags: tags = [] }, call) {
      const place = { account: call.account, region: call.region, name };
      await schedules.authorize(call, 'CreateScheduleGroup', groupArn(place));
      const now = platform.clock.now();
      await schedules.addGroup({ ...place, tags, createdAt: now, modifiedAt: now });
      return { ScheduleGroupArn: groupArn(place) };
    },

    async GetScheduleGroup({ Name: name }, call) {
      const place = { account: call.account, region: call.region, name };
      await schedules.authorize(call, 'GetScheduleGroup', groupArn(place));
      return describeGroup(schedules.group(place));
    },

    async ListScheduleGroups({ NamePrefix: prefix = '', ...paging }, call) {
      await schedules.authorize(call, 'ListScheduleGroups', groupArn({ ...call, name: '*' }));
      const found = schedules.listGroups(call).filter(({ name }) => name.startsWith(prefix));
      const { page, next } = takePage(found, paging, { keyOf: ({ name }) => name });
      return { ScheduleGroups: page.map(describeGroup), ...next };
    },

    /** Its schedules go with it. */
    async DeleteScheduleGroup({ Name: name }, call) {
      const place = { account: call.account, region: call.region, name };
      await schedules.authorize(call, 'DeleteScheduleGroup', groupArn(place));
      if (name === DEFAULT_GROUP) throw invalid('The default schedule group cannot be deleted.');
      await schedules.deleteGroup(place);
      return {};
    },
  } satisfies OperationsOf<'scheduler'>;
}
