import type { Plugin } from 'esbuild'

/**
 * Parts of packages that no service comes to use, each with the reason why. They make up more than a third of a bundle, and
 * of the time it takes to start. Whoever calls one after all is told so: an artifact that is started in a test cannot hide it.
 */
const leftOut: { path: RegExp; because: string }[] = [
  {
    path: /\/knex\/lib\/dialects\/(better-sqlite3|cockroachdb|mariadb|mssql|mysql2?|oracle|oracledb|pgnative|redshift|sqlite3)\//,
    because: 'knex speaks to Postgres alone, and names the drivers of every database it knows',
  },
  { path: /\/pg\/lib\/native\//, because: 'pg has a native twin, which is not installed' },
  {
    path: /\/body-parser\/index\.js$/,
    because: 'bodies are read by packages/service: Express’s own parser is not used',
  },
  {
    path: /\/node_modules\/(ajv|protobufjs)\//,
    because: 'schemas are Avro: the registry’s client also knows JSON Schema and Protobuf',
  },
]

/** Its messages in every language but English, which zod takes from a file of its own. */
const languages = /\/zod\/v4\/locales\/index\.js$/

/** Asked for by knex, never called: only its streams need it, and it is not installed. */
const notInstalled = /^pg-query-stream$/

export const withoutUnusedParts: Plugin = {
  name: 'without-unused-parts',
  setup(build) {
    for (const { path, because } of leftOut) {
      build.onLoad({ filter: path }, ({ path: file }) => ({ contents: standIn(nameOf(file), because), loader: 'js' }))
    }
    build.onLoad({ filter: languages }, () => ({ contents: 'export {}' }))
    build.onResolve({ filter: notInstalled }, ({ path }) => ({ path, namespace: 'not-installed' }))
    build.onLoad({ filter: /.*/, namespace: 'not-installed' }, ({ path }) => ({
      contents: standIn(path, 'it is not installed'),
    }))
  },
}

const nameOf = (file: string) => file.slice(file.lastIndexOf('/node_modules/') + '/node_modules/'.length)

/** May be imported and passed on, as its importers do when they are loaded; throws when it is called. */
function standIn(name: string, because: string): string {
  const message = JSON.stringify(`${name} is not part of this bundle: ${because} (infra/build/src/left-out.ts)`)
  return `const gone = new Proxy(function () { throw new Error(${message}) }, {
  get: (target, name) => (name === '__esModule' ? undefined : Reflect.has(target, name) ? target[name] : gone),
})
module.exports = gone
`
}
