/**
 * How a template names the transform. It stands apart from it: who asks whether a template names it loads nothing else.
 */
export const SERVERLESS_TRANSFORM = 'AWS::Serverless-2016-10-31';
