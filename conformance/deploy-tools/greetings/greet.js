exports.handler = async ({ pathParameters, detail }) => {
  const { name } = pathParameters ?? detail;
  console.log(`greeted ${name}`);
  return { statusCode: 200, body: `${process.env.GREETING}, ${name}` };
};
