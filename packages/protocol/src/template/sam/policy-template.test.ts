// SAM's policy templates. Source: aws-sam-translator 1.110, policy_templates.json (81 templates).
import { expect, test } from 'vitest';
import { POLICY_TEMPLATES } from './policy-table.ts';
import { isPolicyTemplate, policyDocument, policyParameters } from './policy-template.ts';

const names = POLICY_TEMPLATES.trim()
  .split('\n')
  .map((line) => line.slice(0, line.indexOf(' = ')));

test('all 81 are known, and each makes statements that allow actions on resources', () => {
  expect(names).toHaveLength(81);
  expect(new Set(names).size).toBe(81);
  for (const name of names) {
    expect(isPolicyTemplate(name)).toBe(true);
    const values = Object.fromEntries(policyParameters(name).map((parameter) => [parameter, 'x']));
    const { Statement: statements } = policyDocument(name, values);
    const text = JSON.stringify(statements);
    expect([
      name,
      Array.isArray(statements) && statements.length > 0,
      /undefined|\$\{(?!AWS::|\w+\})/.test(text),
    ]).toEqual([name, true, false]);
  }
});

// The letter case of Fn::Sub's own variables is ours.
test('one without parameters, and one whose parameter stands in an ARN', () => {
  expect(policyDocument('ComprehendBasicAccessPolicy', {})).toEqual({
    Statement: [
      {
        Action: [
          'comprehend:BatchDetectKeyPhrases',
          'comprehend:DetectDominantLanguage',
          'comprehend:DetectEntities',
          'comprehend:BatchDetectEntities',
          'comprehend:DetectKeyPhrases',
          'comprehend:DetectSentiment',
          'comprehend:BatchDetectDominantLanguage',
          'comprehend:BatchDetectSentiment',
        ],
        Effect: 'Allow',
        Resource: '*',
      },
    ],
  });
  expect(policyDocument('SQSPollerPolicy', { QueueName: 'q' })).toEqual({
    Statement: [
      {
        Action: [
          'sqs:ChangeMessageVisibility',
          'sqs:ChangeMessageVisibilityBatch',
          'sqs:DeleteMessage',
          'sqs:DeleteMessageBatch',
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
        ],
        Effect: 'Allow',
        Resource: {
          'Fn::Sub': ['arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${QueueName}', { QueueName: 'q' }],
        },
      },
    ],
  });
});
