// CloudFormation: AWS::Lambda::EventSourceMapping (Ref: the UUID) and AWS::Lambda::Url.
import { fineIf, parseInput, textProperty } from '../../../resources/properties.ts';
import type { ResourceType } from '../../../resources/resource.ts';

const fineIfGone = fineIf('ResourceNotFoundException');

const eventSourceMappingResource: ResourceType = {
  type: 'AWS::Lambda::EventSourceMapping',
  properties: {
    EventSourceArn: 'required-replaces',
    FunctionName: 'required',
    BatchSize: 'optional',
    Enabled: 'optional',
    FilterCriteria: 'optional',
    FunctionResponseTypes: 'optional',
    MaximumBatchingWindowInSeconds: 'optional',
    ScalingConfig: 'optional',
  },
  ignored: ['KmsKeyArn', 'LoggingConfig', 'MetricsConfig', 'Tags'],
  async create(properties, { call, dispatch }) {
    const input = { FunctionName: '', ...(await parseInput('lambda', 'CreateEventSourceMapping', properties)) };
    const { UUID = '' } = await dispatch.call('lambda', 'CreateEventSourceMapping', input, call);
    return { physicalId: UUID, attributes: { Id: UUID } };
  },
  async update(made, properties, { call, dispatch }) {
    const { EventSourceArn: _, ...settings } = properties;
    // What a template no longer names goes back to its default.
    const defaults = {
      BatchSize: 10,
      Enabled: true,
      FilterCriteria: { Filters: [] },
      FunctionResponseTypes: [],
      MaximumBatchingWindowInSeconds: 0,
    };
    const input = {
      ...defaults,
      ...(await parseInput('lambda', 'UpdateEventSourceMapping', settings)),
      UUID: made.physicalId,
    };
    await dispatch.call('lambda', 'UpdateEventSourceMapping', input, call);
    return made;
  },
  async delete(made, { call, dispatch }) {
    await fineIfGone(dispatch.call('lambda', 'DeleteEventSourceMapping', { UUID: made.physicalId }, call));
  },
};

const urlResource: ResourceType = {
  type: 'AWS::Lambda::Url',
  properties: {
    TargetFunctionArn: 'required-replaces',
    Qualifier: 'replaces',
    AuthType: 'required',
    Cors: 'optional',
    InvokeMode: 'optional',
  },
  async create(properties, { call, dispatch }) {
    const { TargetFunctionArn, ...settings } = properties;
    const FunctionName = String(TargetFunctionArn);
    const defaults = { AuthType: 'NONE' } as const;
    const input = { ...defaults, ...(await parseInput('lambda', 'CreateFunctionUrlConfig', settings)), FunctionName };
    const made = await dispatch.call('lambda', 'CreateFunctionUrlConfig', input, call);
    const { FunctionArn, FunctionUrl } = made;
    return { physicalId: FunctionArn, attributes: { FunctionArn, FunctionUrl } };
  },
  async update(made, properties, { call, dispatch }) {
    const { TargetFunctionArn, ...settings } = properties;
    const FunctionName = String(TargetFunctionArn);
    const input = { Cors: {}, ...(await parseInput('lambda', 'UpdateFunctionUrlConfig', settings)), FunctionName };
    await dispatch.call('lambda', 'UpdateFunctionUrlConfig', input, call);
    return made;
  },
  async delete(_made, { call, dispatch, properties }) {
    const FunctionName = String(properties['TargetFunctionArn']);
    const Qualifier = textProperty(properties, 'Qualifier');
    await fineIfGone(dispatch.call('lambda', 'DeleteFunctionUrlConfig', { FunctionName, Qualifier }, call));
  },
};

export const triggerResources: readonly ResourceType[] = [eventSourceMappingResource, urlResource];
