// Exact forms: streams, brokers, schemas.
// Sources: AWS CloudFormation user guide, "Return values" of each type; ARNs: Service Authorization Reference.
import type { ExactForm } from '../exact-form.ts';

export const MESSAGE_FORMS: Readonly<Record<string, ExactForm>> = {
  'AWS::KinesisFirehose::DeliveryStream': {
    values: { name: '{DeliveryStreamName|generated:64}' },
    ref: '{name}',
    attributes: { Arn: '{arn:firehose}:deliverystream/{name}' },
  },
  'AWS::MSK::Cluster': {
    values: { arn: '{arn:kafka}:cluster/{ClusterName}/{uuid}-{digits:1}' },
    ref: '{arn}',
    attributes: { Arn: '{arn}', CurrentVersion: 'K{upper:13}' },
  },
  'AWS::MSK::ServerlessCluster': {
    values: { arn: '{arn:kafka}:cluster/{ClusterName}/{uuid}-s{digits:1}' },
    ref: '{arn}',
    attributes: { Arn: '{arn}' },
  },
  'AWS::AmazonMQ::Broker': {
    values: { id: 'b-{uuid}' },
    ref: '{id}',
    attributes: {
      Arn: '{arn:mq}:broker:{BrokerName}:{id}',
      ConfigurationId: 'c-{uuid}',
      ConfigurationRevision: '1',
      Id: '{id}',
    },
  },
  'AWS::EventSchemas::Registry': {
    values: { name: '{RegistryName|generated:64}', arn: '{arn:schemas}:registry/{name}' },
    ref: '{arn}',
    attributes: { RegistryArn: '{arn}', RegistryName: '{name}' },
  },
  'AWS::EventSchemas::Schema': {
    values: { name: '{SchemaName|generated:385}', arn: '{arn:schemas}:schema/{RegistryName}/{name}' },
    ref: '{arn}',
    attributes: { SchemaArn: '{arn}', SchemaName: '{name}', SchemaVersion: '1' },
  },
  'AWS::EventSchemas::Discoverer': {
    values: { id: 'events-event-bus-{SourceArn>/}', arn: '{arn:schemas}:discoverer/{id}' },
    ref: '{arn}',
    attributes: { DiscovererArn: '{arn}', DiscovererId: '{id}', State: 'STARTED' },
  },
  'AWS::Events::Endpoint': {
    values: { name: '{Name|generated:64}', id: '{lower:10}.veo' },
    ref: '{name}',
    attributes: {
      Arn: '{arn:events}:endpoint/{name}',
      EndpointId: '{id}',
      EndpointUrl: 'https://{id}.endpoint.events.{suffix}',
      State: 'ACTIVE',
    },
  },
};
