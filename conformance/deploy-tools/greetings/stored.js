exports.handler = async ({ Records }) => {
  for (const { s3 } of Records) console.log(`stored ${s3.object.key}`);
};
