// Event `Api` of a state machine: a route of a REST API that starts an execution with what the caller sent.
import { scalarText, type Value } from '../../value.ts';
import type { FunctionEvent } from '../assembly.ts';
import type { StateMachinePlace } from '../events/function-event.ts';
import { conditional, joinApi } from './api.ts';

/** Adds the route; API Gateway starts the execution with the role `credentials`. */
export function addStateMachineRoute(event: FunctionEvent, place: StateMachinePlace, credentials: Value): void {
  const { logicalId, serverless } = place;
  const condition = serverless.declared['Condition'];
  const uri = { 'Fn::Sub': 'arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution' };
  const isUnescaped = scalarText(event.properties['UnescapeMappingTemplate']) === 'true';
  const input = `$util.escapeJavaScript($input.json('$'))`;
  // The second is no JSON: what is escaped too often is mended inside the template's own text.
  const template = isUnescaped
    ? `{"input": "${input}.replaceAll("\\\\'","'")", "stateMachineArn": "\${${logicalId}}"}`
    : `{"input": "${input}", "stateMachineArn": "\${${logicalId}}"}`;
  joinApi(event, place, {
    'x-amazon-apigateway-integration': {
      type: 'aws',
      httpMethod: 'POST',
      uri: conditional(uri, typeof condition === 'string' ? condition : undefined),
      responses: { '200': { statusCode: '200' }, '400': { statusCode: '400' } },
      credentials,
      requestTemplates: { 'application/json': { 'Fn::Sub': template } },
    },
    responses: { '200': { description: 'OK' }, '400': { description: 'Bad Request' } },
  });
}
