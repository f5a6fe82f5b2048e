const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');

const s3 = new S3Client({});

/** Writes the receipt of an order. */
exports.handler = async ({ id }) => {
  await s3.send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: `receipts/${id}.txt`, Body: `paid ${id}` }));
  return id;
};
