exports.greeting = 'hello from a layer';
