// The models of every AWS service that the cloud serves.
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { apigatewayModel } from '@earwitness/protocol/internal/aws/models/apigateway';
import { apigatewayv2Model } from '@earwitness/protocol/internal/aws/models/apigatewayv2';
import { cloudformationModel } from '@earwitness/protocol/internal/aws/models/cloudformation';
import { dynamodbModel } from '@earwitness/protocol/internal/aws/models/dynamodb';
import { dynamodbstreamsModel } from '@earwitness/protocol/internal/aws/models/dynamodbstreams';
import { eventsModel } from '@earwitness/protocol/internal/aws/models/events';
import { iamModel } from '@earwitness/protocol/internal/aws/models/iam';
import { kinesisModel } from '@earwitness/protocol/internal/aws/models/kinesis';
import { kmsModel } from '@earwitness/protocol/internal/aws/models/kms';
import { lambdaModel } from '@earwitness/protocol/internal/aws/models/lambda';
import { logsModel } from '@earwitness/protocol/internal/aws/models/logs';
import { pipesModel } from '@earwitness/protocol/internal/aws/models/pipes';
import { s3Model } from '@earwitness/protocol/internal/aws/models/s3';
import { schedulerModel } from '@earwitness/protocol/internal/aws/models/scheduler';
import { secretsmanagerModel } from '@earwitness/protocol/internal/aws/models/secretsmanager';
import { snsModel } from '@earwitness/protocol/internal/aws/models/sns';
import { sqsModel } from '@earwitness/protocol/internal/aws/models/sqs';
import { ssmModel } from '@earwitness/protocol/internal/aws/models/ssm';
import { stepfunctionsModel } from '@earwitness/protocol/internal/aws/models/stepfunctions';
import { stsModel } from '@earwitness/protocol/internal/aws/models/sts';

export const MODELS = {
  apigateway: apigatewayModel,
  apigatewayv2: apigatewayv2Model,
  cloudformation: cloudformationModel,
  dynamodb: dynamodbModel,
  dynamodbstreams: dynamodbstreamsModel,
  events: eventsModel,
  iam: iamModel,
  kinesis: kinesisModel,
  kms: kmsModel,
  lambda: lambdaModel,
  logs: logsModel,
  pipes: pipesModel,
  s3: s3Model,
  scheduler: schedulerModel,
  secretsmanager: secretsmanagerModel,
  sns: snsModel,
  sqs: sqsModel,
  ssm: ssmModel,
  stepfunctions: stepfunctionsModel,
  sts: stsModel,
} satisfies Readonly<Record<string, ServiceModel>>;
