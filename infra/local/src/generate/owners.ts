import { databases, operatorRole } from '../stack.ts'
import { passwordVariable } from './compose/parts.ts'

/** Everybody who may log in, but for the superuser. */
export const renderedRoles = [operatorRole, ...databases.map((one) => one.role)]

/** A role and a database per owner, as `ensureDatabases` makes them natively. Written to infra/postgres/owners.sql. */
export function renderOwners(): string {
  return `-- Generated from infra/local/src/generate/owners.ts by \`npm run generate\`: change it there. Run once, by psql in the postgres
-- image; the passwords come from its environment.
${renderedRoles.map(createRole).join('')}
GRANT pg_read_all_data TO ${operatorRole};
${databases.map(createDatabase).join('')}`
}

function createRole(role: string): string {
  return `
\\getenv ${role} ${passwordVariable(role)}
CREATE ROLE ${role} LOGIN PASSWORD :'${role}';
`
}

function createDatabase({ database, role }: { database: string; role: string }): string {
  return `
CREATE DATABASE ${database} OWNER ${role};
REVOKE CONNECT, TEMPORARY ON DATABASE ${database} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${database} TO ${operatorRole};
`
}
