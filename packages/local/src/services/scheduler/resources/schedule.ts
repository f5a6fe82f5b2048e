// CloudFormation: AWS::Scheduler::Schedule (Ref: the name). An update gives the whole schedule anew; its group cannot
// change, though its schema says so.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { textProperty } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';

export const scheduleResource = serviceResource('scheduler', {
  type: 'AWS::Scheduler::Schedule',
  serves: [
    ...['Description', 'EndDate', 'FlexibleTimeWindow', 'GroupName', 'KmsKeyArn', 'Name', 'ScheduleExpression'],
    ...['ScheduleExpressionTimezone', 'StartDate', 'State', 'Target'],
  ],
  gone: 'ResourceNotFoundException',
  async create(properties, context) {
    const Name = textProperty(properties, 'Name') ?? context.generateName({ maxLength: 64 });
    const { ScheduleArn: Arn } = await context.run('CreateSchedule', await read(Name, properties, context));
    return { physicalId: Name, attributes: { Arn } };
  },
  async adopt({ Name = '' }, { run }) {
    const { Arn = '' } = await run('GetSchedule', { Name });
    return { physicalId: Name, attributes: { Arn } };
  },
  async update(made: Made, properties, context) {
    const Name = made.physicalId;
    // The schedule itself is asked, so that the rollback of a refused change is no change.
    const before = String(made.attributes['Arn']).split('/')[1];
    const after = textProperty(properties, 'GroupName') ?? 'default';
    if (before !== after) {
      throw new ServiceError(
        'NotFound',
        `Resource of type 'AWS::Scheduler::Schedule' with identifier '${Name}' was not found.`,
      );
    }
    await context.run('UpdateSchedule', await read(Name, properties, context));
    return made;
  },
  delete: ({ physicalId: Name }, { properties, run }) =>
    run('DeleteSchedule', { Name, GroupName: textProperty(properties, 'GroupName') }),
});

/** Dates are ISO texts in templates. @throws ServiceError `ValidationException` */
async function read(Name: string, properties: Properties, { parse }: ResourceContext<'scheduler'>) {
  const { StartDate: _, EndDate: __, ...plain } = properties;
  const input = await parse('CreateSchedule', plain);
  const [StartDate, EndDate] = ['StartDate', 'EndDate'].map((name) => readDate(properties, name));
  return { ...input, Name, StartDate, EndDate };
}

function readDate(properties: Properties, name: string): number | undefined {
  const text = textProperty(properties, name);
  const date = text === undefined ? undefined : Date.parse(text);
  if (date === undefined || !Number.isNaN(date)) return date;
  throw new ServiceError('ValidationException', `${name} '${text}' is no date: 2026-12-24T18:00:00Z was expected.`);
}
