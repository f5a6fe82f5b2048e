// The modules by which inline code answers for a custom resource: CloudFormation puts them beside code that names
// them, `require('cfn-response')` and `import cfnresponse`, and beside no other code. What they send and print is as
// AWS's do; they go by the protocol and the port of the address that they are given. Source: CloudFormation user
// guide, "cfn-response module".
import type { ZipEntry } from './zip.ts';

/** The files that CloudFormation adds to inline code. */
export function responseModules(text: string, language: 'node' | 'python'): ZipEntry[] {
  if (language === 'python') return /\bcfnresponse\b/.test(text) ? [entry('cfnresponse.py', PYTHON)] : [];
  return /['"]cfn-response['"]/.test(text) ? [entry('node_modules/cfn-response/index.js', NODE)] : [];
}

function entry(path: string, text: string): ZipEntry {
  return { path, bytes: Buffer.from(text, 'utf8') };
}

/** A handler that is called back ends by `context.done`; one that is awaited can await the promise. */
const NODE = `'use strict';
exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';

exports.send = function send(event, context, status, data, physicalResourceId, noEcho) {
  const body = JSON.stringify({
    Status: status,
    Reason: 'See the details in CloudWatch Log Stream: ' + context.logStreamName,
    PhysicalResourceId: physicalResourceId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: data,
  });
  console.log('Response body:\\n', body);
  const url = new URL(event.ResponseURL);
  const { request } = require(url.protocol === 'http:' ? 'http' : 'https');
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  const done = () => {
    if (typeof context.done === 'function') context.done();
  };
  return new Promise((resolve) => {
    const end = (line) => {
      console.log(line);
      done();
      resolve();
    };
    const sent = request(url, { method: 'PUT', headers }, (response) => {
      response.resume();
      response.on('end', () => end('Status code: ' + response.statusCode));
    });
    sent.on('error', (error) => end('send(..) failed executing request(..): ' + error));
    sent.end(body);
  });
};
`;

const PYTHON = `import json
import urllib.request

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    body = json.dumps(
        {
            "Status": responseStatus,
            "Reason": reason or "See the details in CloudWatch Log Stream: " + context.log_stream_name,
            "PhysicalResourceId": physicalResourceId or context.log_stream_name,
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
            "NoEcho": noEcho,
            "Data": responseData,
        }
    )
    print("Response body:")
    print(body)
    request = urllib.request.Request(
        event["ResponseURL"], data=body.encode("utf-8"), headers={"content-type": ""}, method="PUT"
    )
    try:
        with urllib.request.urlopen(request) as response:
            print("Status code:", response.status)
    except Exception as error:
        print("send(..) failed executing http.request(..):", error)
`;
