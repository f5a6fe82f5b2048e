// CloudFormation: AWS::Logs::LogStream (Ref: the name).
import { textProperty } from '../../../resources/properties.ts';
import { serviceResource } from '../../../resources/service-resource.ts';

export const logStreamResource = serviceResource('logs', {
  type: 'AWS::Logs::LogStream',
  serves: ['LogGroupName', 'LogStreamName'],
  gone: 'ResourceNotFoundException',
  async create(properties, { generateName, run }) {
    const logGroupName = String(properties['LogGroupName']);
    const logStreamName = textProperty(properties, 'LogStreamName') ?? generateName();
    await run('CreateLogStream', { logGroupName, logStreamName });
    return { physicalId: logStreamName, attributes: {} };
  },
  delete: ({ physicalId: logStreamName }, { properties, run }) =>
    run('DeleteLogStream', { logGroupName: String(properties['LogGroupName']), logStreamName }),
});
