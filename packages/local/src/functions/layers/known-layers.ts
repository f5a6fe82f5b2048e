// Public layers that many templates name. What they hold is not on this machine; most of it is a package that a project
// can install for its tests. Versions and architectures stand behind these names, accounts differ by region.

interface KnownLayer {
  readonly name: RegExp;
  /** What to do instead, to follow "not on this machine: ". */
  readonly instead: string;
}

const NOT_STARTED = 'its extension does not start here';

const KNOWN_LAYERS: readonly KnownLayer[] = [
  // Source: docs.aws.amazon.com/powertools/typescript, "Lambda layer"
  {
    name: /^AWSLambdaPowertoolsTypeScript/,
    instead: 'npm install @aws-lambda-powertools/logger, and the others that the code imports',
  },
  // Source: docs.aws.amazon.com/powertools/python, "Lambda layer"
  { name: /^AWSLambdaPowertoolsPython/, instead: "pip install 'aws-lambda-powertools[all]'" },
  // Source: docs.aws.amazon.com/AmazonCloudWatch, "Available versions of the Lambda Insights extension"
  { name: /^LambdaInsightsExtension/, instead: `${NOT_STARTED}, and nothing has to be installed` },
  // Source: docs.aws.amazon.com/secretsmanager, "Use AWS Secrets Manager secrets in AWS Lambda functions"
  {
    name: /^AWS-Parameters-and-Secrets-Lambda-Extension/,
    instead: `${NOT_STARTED}: nobody answers at localhost:2773, so read parameters and secrets with the SDK`,
  },
  // Source: docs.aws.amazon.com/appconfig, "Available versions of the AWS AppConfig Agent Lambda extension"
  { name: /^AWS-AppConfig-Extension/, instead: `${NOT_STARTED}: nobody answers at localhost:2772` },
  // Source: aws-sdk-pandas.readthedocs.io, "AWS Lambda Layer"
  { name: /^AWSSDKPandas-/, instead: 'pip install awswrangler' },
  // Source: docs.datadoghq.com/serverless/aws_lambda/installation
  { name: /^Datadog-Node/, instead: 'npm install --save-dev datadog-lambda-js dd-trace' },
  { name: /^Datadog-Python/, instead: 'pip install datadog-lambda' },
  { name: /^Datadog-Extension/, instead: `${NOT_STARTED}, and nothing has to be installed` },
  // Source: aws-otel.github.io/docs/getting-started/lambda
  { name: /^(aws-otel-|AWSOpenTelemetryDistro)/, instead: 'nothing is traced, and nothing has to be installed' },
  // Source: github.com/aws/aws-lambda-web-adapter
  { name: /^LambdaAdapterLayer/, instead: `${NOT_STARTED}, so the web application behind it gets no events` },
];

/** Source: github.com/keithrozario/Klayers: one package a layer, `Klayers-p312-requests`. */
const KLAYER = /^Klayers-p(?:ython)?\d+-(.+)$/;

/** What to do without a public layer; `undefined` of one that is not known. */
export function insteadOf(layerName: string): string | undefined {
  const [, name] = KLAYER.exec(layerName) ?? [];
  if (name !== undefined) return `pip install ${name}`;
  return KNOWN_LAYERS.find((known) => known.name.test(layerName))?.instead;
}
