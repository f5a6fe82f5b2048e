// Every test file starts from the same environment, whatever the machine has preset: no proxy of ours, no trust store that
// another tool put there (GRPC_DEFAULT_SSL_ROOTS_FILE_PATH would win over ours), no real credentials.
for (const name of Object.keys(process.env)) {
  if (/^(AWS_|MOMENTO_|EARWITNESS_)/.test(name)) delete process.env[name];
}
delete process.env['GRPC_DEFAULT_SSL_ROOTS_FILE_PATH'];
process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
// Failure pages are compared as text, also when a developer runs the tests in a terminal.
process.env['NO_COLOR'] = '1';
