// `SchemaRegistryConfig` of Kafka events: what the function's role has to read of the registry.
import { asIntrinsic, isList, isMap, type ValueMap } from '../../value.ts';
import type { FunctionEvent } from '../assembly.ts';
import { type EventPlace, reportEvent } from './function-event.ts';

/** The statements that the configuration asks for; none without one. */
export function schemaRegistryStatements(event: FunctionEvent, place: EventPlace): ValueMap[] {
  const config = event.properties['SchemaRegistryConfig'];
  if (!isMap(config)) return [];
  for (const name of ['SchemaRegistryURI', 'EventRecordFormat', 'SchemaValidationConfigs']) {
    if (config[name] !== undefined) continue;
    reportEvent(place, event, { message: `Missing required field ${name} in SchemaRegistryConfig`, at: config });
    return [];
  }
  const { SchemaRegistryURI: uri = '', AccessConfigs: accesses, EventRecordFormat: format } = config;
  if (format !== 'JSON' && format !== 'SOURCE') {
    const message = "EventRecordFormat in SchemaRegistryConfig must be either 'JSON' or 'SOURCE'";
    reportEvent(place, event, { message, at: config, member: 'EventRecordFormat' });
    return [];
  }
  if (!isList(config['SchemaValidationConfigs'] ?? null)) {
    reportEvent(place, event, { message: 'SchemaValidationConfigs must be a list', at: config });
  }
  if (accesses && !isList(accesses)) {
    reportEvent(place, event, { message: 'AccessConfigs in SchemaRegistryConfig must be a list', at: config });
  }
  if (isList(accesses) && !accesses.every((one) => isMap(one) && one['Type'] && one['URI'])) {
    const message = "Each AccessConfig must be a dict with 'Type' and 'URI' fields";
    reportEvent(place, event, { message, at: config });
  }
  const secrets = (isList(accesses) ? accesses : []).flatMap((access) =>
    isMap(access) && access['URI'] !== undefined
      ? [{ Action: ['secretsmanager:GetSecretValue'], Effect: 'Allow', Resource: access['URI'] }]
      : [],
  );
  const substituted = asIntrinsic(uri);
  const text = substituted?.name === 'Fn::Sub' ? substituted.argument : uri;
  const registry =
    typeof text === 'string' ? /^arn(?::[^:]*|:\$\{[^}]*\}){4}:registry\/(.*)$/.exec(text)?.[1] : undefined;
  if (registry === undefined) return secrets;
  const schemas = `arn:\${AWS::Partition}:glue:\${AWS::Region}:\${AWS::AccountId}:schema/${registry}/*`;
  return [
    ...secrets,
    { Action: ['glue:GetRegistry'], Effect: 'Allow', Resource: uri },
    { Action: ['glue:GetSchemaVersion'], Effect: 'Allow', Resource: [{ 'Fn::Sub': schemas }] },
  ];
}
