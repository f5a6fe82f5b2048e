// The import table: which room may know which. Changing it is a decision (docs/decisions/).
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: '^packages/', pathNot: [...allowed, 'node_modules'] },
});

// The rooms of the test kit, from top to bottom: each imports itself and those below it, and none beside or above it.
const kit = '^packages/earwitness/src/';
const KIT_ROOMS = [
  ['cli/', 'runners/', 'index.ts'],
  ['subscribe.ts', 'cloud/', 'partner/', 'records/'],
  ['subscription.ts', 'settings.ts'],
  ['evidence/', 'contracts/'],
  ['verbs/'],
  ['page/', 'journeys/', '(config|config-file|import-config|require-config|compile-config).ts'],
  ['transport/'],
  ['hearing/'],
  ['expectation/'],
  ['local-cloud.ts'],
  ['errors.ts', 'call-site.ts', 'request.ts', 'missing-package.ts'],
  ['event.ts', 'printing/'],
];

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Types count: what two files know of each other stands in a third.',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$' },
      to: { circular: true },
    },
    {
      name: 'protocol-is-pure',
      comment:
        'Protocol is pure functions: no I/O, no node modules, nothing from npm but protobuf-es, re2js and jsonata.',
      severity: 'error',
      from: { path: '^packages/protocol/src', pathNot: '\\.test\\.ts$' },
      to: {
        pathNot: ['^packages/protocol/src', '^(packages/protocol/)?node_modules/(@bufbuild/protobuf|re2js|jsonata)/'],
      },
    },
    {
      name: 'one-engine-of-regular-expressions',
      comment: 'Expressions from outside are run by two functions; each is imported when there is one, not at start.',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/protocol/src/regular-expression/(whole-match|search).ts$' },
      to: { path: '^node_modules/re2js/' },
    },
    {
      name: 'the-engine-loads-late',
      severity: 'error',
      from: { path: '^packages/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^packages/protocol/src/regular-expression/(whole-match|search).ts$',
        dependencyTypesNot: ['dynamic-import', 'type-only'],
      },
    },
    only(
      'local-knows-protocol',
      '^packages/local/src',
      ['^packages/local/src', '^packages/protocol/src'],
      'The local cloud never imports the test kit.',
    ),
    only(
      'testkit-knows-protocol',
      '^packages/earwitness/src/(?!cli/)',
      ['^packages/earwitness/src/(?!cli/)', '^packages/protocol/src'],
      'The test kit meets the local cloud on the wire only.',
    ),
    only(
      'cli-assembles',
      '^packages/earwitness/src/cli/',
      ['^packages/earwitness/src', '^packages/protocol/src', '^packages/local/src/index.ts'],
      'The CLI knows the local cloud by its door.',
    ),
    only(
      'console-knows-protocol',
      '^packages/console/src/',
      ['^packages/console/src/', '^packages/protocol/src'],
      'The console meets the local cloud on the wire only.',
    ),
    {
      name: 'pages-are-strangers',
      comment:
        'A page of the console stands on journal/, parts/ and the files beside them; only app.tsx knows every page.',
      severity: 'error',
      from: { path: '^packages/console/src/(?!journal/|parts/)([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/console/src/(?!journal/|parts/)[^/]+/', pathNot: '^packages/console/src/$1/' },
    },
    {
      name: 'kit-rooms-are-listed',
      comment: 'A new room of the test kit gets its place in KIT_ROOMS.',
      severity: 'error',
      from: { path: kit, pathNot: [...KIT_ROOMS.flat().map((room) => kit + room), '\\.test\\.ts$'] },
      to: { path: '.' },
    },
    ...KIT_ROOMS.flatMap((rooms, level) =>
      rooms.map((room) => ({
        name: 'kit-runs-down',
        comment: 'A room of the test kit imports rooms below it: packages/earwitness/src/README.md.',
        severity: 'error',
        from: { path: kit + room, pathNot: '\\.test\\.ts$' },
        to: { path: kit, pathNot: [room, ...KIT_ROOMS.slice(level + 1).flat()].map((below) => kit + below) },
      })),
    ),
    only(
      'pattern-stands-alone',
      '^packages/protocol/src/pattern/',
      ['^packages/protocol/src/pattern/', '^packages/protocol/src/text/'],
      'The pattern engine is a door of its own; how text is shown, it shares with everybody.',
    ),
    {
      name: 'services-are-strangers',
      comment: 'A service calls another through dispatch.call, never by import.',
      severity: 'error',
      from: { path: '^packages/local/src/services/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/local/src/services/', pathNot: '^packages/local/src/services/$1/' },
    },
    {
      name: 'one-file-knows-every-room',
      comment:
        'Only services/every-service.ts, every-resource-type.ts and lazy-services.ts may import services, who assesses without them, and who mints keys of topics (and tests, and what they stand on: test-*.ts).',
      severity: 'error',
      from: {
        path: '^packages/local/src/',
        pathNot: [
          '^packages/local/src/services/',
          '^packages/local/src/(local|assessment/assessor).ts$',
          '\\.test\\.ts$',
          '/test-[^/]+\\.ts$',
        ],
      },
      to: { path: '^packages/local/src/services/' },
    },
    {
      name: 'nobody-imports-a-door',
      comment: 'index.ts is for users of the package; inside, import the file.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/$1/src/.*index\\.ts$' },
    },
    {
      name: 'tests-do-not-leak',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$' },
      to: { path: '\\.test\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^packages/[^/]+/dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@earwitness/source', 'import', 'node', 'default'],
    },
  },
};
