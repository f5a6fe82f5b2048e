const { greeting } = require('/opt/nodejs/words.js');

exports.handler = async () => ({ statusCode: 200, body: greeting });
