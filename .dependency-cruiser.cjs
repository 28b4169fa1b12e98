/** Which folder may know which: the house of README.md, kept by a machine. */
const only = (name, owner, library, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: '^(server|client|mock-streams|contract)/', pathNot: owner },
  to: { path: `node_modules/${library}` },
})

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A cycle has no first file to read.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'contract-stands-alone',
      severity: 'error',
      comment: 'Both sides import the contract: it may know zod and itself, nothing else.',
      from: { path: '^contract/' },
      to: { pathNot: ['^contract/', 'node_modules/zod'] },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'The same folds must run live, after a crash and for any instant of the past: no clock, no disk, no network.',
      from: { path: '^server/core/' },
      to: { pathNot: ['^server/core/', '^contract/', 'node_modules/zod'] },
    },
    {
      name: 'server-rooms-do-not-know-each-other',
      severity: 'error',
      comment: 'ingest, store, video, push and http meet only in server.ts and spine.ts, so each can be replaced and tested alone.',
      from: { path: '^server/(ingest|store|video|push|http)/' },
      to: { path: ['^server/(ingest|store|video|push|http|launch)/', '^server/[^/]+$'], pathNot: '^server/$1/' },
    },
    {
      name: 'server-not-client',
      severity: 'error',
      comment: 'No business rule lives in the browser.',
      from: { path: '^server/' },
      to: { path: '^(client|mock-streams|test)/' },
    },
    {
      name: 'client-not-server',
      severity: 'error',
      comment: 'A screen knows the contract only.',
      from: { path: '^client/' },
      to: { path: '^(server|mock-streams|test)/' },
    },
    {
      name: 'mocks-know-nothing-of-ours',
      severity: 'error',
      comment: 'A simulated upstream that shares our types proves nothing about real ones.',
      from: { path: '^mock-streams/' },
      to: { path: '^(contract|server|client|config|test)/' },
    },
    only('express-in-http', '^server/http/', 'express/', 'Only http speaks Express.'),
    only('socket-io-in-push', '^server/push/', 'socket\\.io/', 'Only push speaks Socket.IO.'),
    only('socket-io-client-in-live', '^client/src/live/', 'socket\\.io-client/', 'Only live opens a socket.'),
    only('libsql-in-store', '^server/store/', 'libsql/', 'Only store opens the database: its driver must be wrapped.'),
    only('docx-in-docx', '^server/docx/', 'docx/', 'Only server/docx knows how a .docx is made: the official layout lives in one place.'),
    only('echarts-in-charts', '^client/src/charts/', 'echarts/', 'Only charts knows ECharts.'),
    only('antv-in-map', '^client/src/map/', '@antv/', 'Only map knows L7.'),
    only('hls-in-video', '^client/src/video/', 'hls\\.js/', 'Only video knows hls.js.'),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'server/tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.vue', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'default', 'types'],
    },
  },
}
