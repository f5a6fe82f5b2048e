// Whole executions, event by event. Sources: recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2 (the test is named
// where there is one); the developer guide.
import { describe, expect, it } from 'vitest';
import { linesOf, play } from './test-play.ts';

describe('a history', () => {
  // Source: recorded on AWS: base/test_base, test_state_pass_result; the example of the guide.
  it('begins and ends with the execution; the first state follows nothing', async () => {
    const { events, execution } = await play({
      StartAt: 'A',
      States: { A: { Type: 'Pass', Result: { k: 1 }, End: true } },
    });
    expect(linesOf(events)).toMatchInlineSnapshot(`
      "1 <- 0 ExecutionStarted {"input":"{}","roleArn":"arn:aws:iam::123456789012:role/r"}
      2 <- 0 PassStateEntered {"name":"A","input":"{}"}
      3 <- 2 PassStateExited {"name":"A","output":"{\\"k\\":1}"}
      4 <- 3 ExecutionSucceeded {"output":"{\\"k\\":1}"}"
    `);
    expect(execution).toMatchInlineSnapshot(`
      {
        "about": {
          "executionArn": "arn:aws:states:eu-west-1:123456789012:execution:m:run-1",
          "input": {},
          "inputText": "{}",
          "name": "run-1",
          "roleArn": "arn:aws:iam::123456789012:role/r",
          "startedAt": 1795867200000,
          "stateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:m",
          "stateMachineName": "m",
          "type": "STANDARD",
        },
        "lastEventId": 4,
        "lastId": 2,
        "output": {
          "k": 1,
        },
        "redriveCount": 0,
        "status": "SUCCEEDED",
        "stoppedAt": 1795867200000,
        "threads": {},
        "timeoutWake": "1",
      }
    `);
  });

  it('of a task has its schedule, its start and its end', async () => {
    const { events } = await play(
      {
        StartAt: 'Charge',
        States: {
          Charge: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Parameters: { FunctionName: 'charge', 'Payload.$': '$' },
            Retry: [{ ErrorEquals: ['States.ALL'] }],
            End: true,
          },
        },
      },
      { input: { a: 1 }, answers: { Charge: [{ error: 'Boom', cause: 'no' }, { output: { Payload: 2 } }] } },
    );
    expect(linesOf(events)).toMatchInlineSnapshot(`
      "1 <- 0 ExecutionStarted {"input":"{\\"a\\":1}","roleArn":"arn:aws:iam::123456789012:role/r"}
      2 <- 0 TaskStateEntered {"name":"Charge","input":"{\\"a\\":1}"}
      3 <- 2 TaskScheduled {"resourceType":"lambda","resource":"invoke","region":"eu-west-1","parameters":"{\\"FunctionName\\":\\"charge\\",\\"Payload\\":{\\"a\\":1}}"}
      4 <- 3 TaskStarted {"resourceType":"lambda","resource":"invoke"}
      5 <- 4 TaskFailed {"resourceType":"lambda","resource":"invoke","error":"Boom","cause":"no"}
      6 <- 5 TaskScheduled {"resourceType":"lambda","resource":"invoke","region":"eu-west-1","parameters":"{\\"FunctionName\\":\\"charge\\",\\"Payload\\":{\\"a\\":1}}"}
      7 <- 6 TaskStarted {"resourceType":"lambda","resource":"invoke"}
      8 <- 7 TaskSucceeded {"resourceType":"lambda","resource":"invoke","output":"{\\"Payload\\":2}"}
      9 <- 8 TaskStateExited {"name":"Charge","output":"{\\"Payload\\":2}"}
      10 <- 9 ExecutionSucceeded {"output":"{\\"Payload\\":2}"}"
    `);
  });

  it('map', async () => {
    const { events } = await play(
      {
        StartAt: 'M',
        States: {
          M: {
            Type: 'Map',
            ItemProcessor: {
              StartAt: 'W',
              States: {
                W: { Type: 'Wait', Seconds: 5, Next: 'T' },
                T: { Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:1:function:f', End: true },
              },
            },
            End: true,
          },
        },
      },
      { input: [1, 2], answers: { T: [{ output: 1 }, { error: 'Boom', cause: 'no' }] } },
    );
    expect(linesOf(events)).toMatchInlineSnapshot(`
      "1 <- 0 ExecutionStarted {"input":"[1,2]","roleArn":"arn:aws:iam::123456789012:role/r"}
      2 <- 0 MapStateEntered {"name":"M","input":"[1,2]"}
      3 <- 2 MapStateStarted {"length":2}
      4 <- 3 MapIterationStarted {"name":"M","index":0}
      5 <- 3 MapIterationStarted {"name":"M","index":1}
      6 <- 4 WaitStateEntered {"name":"W","input":"1"}
      7 <- 5 WaitStateEntered {"name":"W","input":"2"}
      8 <- 6 WaitStateExited {"name":"W","output":"1"}
      9 <- 8 TaskStateEntered {"name":"T","input":"1"}
      10 <- 9 LambdaFunctionScheduled {"resource":"arn:aws:lambda:eu-west-1:1:function:f","input":"1"}
      11 <- 10 LambdaFunctionStarted
      12 <- 11 LambdaFunctionSucceeded {"output":"1"}
      13 <- 12 TaskStateExited {"name":"T","output":"1"}
      14 <- 13 MapIterationSucceeded {"name":"M","index":0}
      15 <- 7 WaitStateExited {"name":"W","output":"2"}
      16 <- 15 TaskStateEntered {"name":"T","input":"2"}
      17 <- 16 LambdaFunctionScheduled {"resource":"arn:aws:lambda:eu-west-1:1:function:f","input":"2"}
      18 <- 17 LambdaFunctionStarted
      19 <- 18 LambdaFunctionFailed {"error":"Boom","cause":"no"}
      20 <- 19 MapIterationFailed {"name":"M","index":1}
      21 <- 19 TaskStateAborted
      22 <- 19 MapStateFailed
      23 <- 22 ExecutionFailed {"error":"Boom","cause":"no"}"
    `);
  });
});
