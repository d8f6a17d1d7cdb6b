/** For people: one that quotes a whole payload must not make a record too large to write. */
const LENGTH = 1000

/** Why something failed, in the words of whoever refused it. */
export function reasonOf(error: Error): string {
  const said = fromPostgres(error) ? withoutStatement(error.message) : error.message
  return said.slice(0, LENGTH)
}

/** What Postgres refuses has a severity; knex puts the whole statement and ` - ` before what it said. */
const fromPostgres = (error: Error) => 'severity' in error && 'routine' in error

const withoutStatement = (message: string) => message.slice(message.lastIndexOf(' - ') + 1).replace(/^- /, '')
