import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths.ts'
import type { World } from './world.ts'

const folder = join(root, 'infra/fuzz')

/** The settings of one run, as TOML: what is committed, and what there is to ask for. They name no token. */
export function fuzzSettings({ users, couponPolicyIds, productIds }: World): string {
  const committed = readFileSync(join(folder, 'schemathesis.toml'), 'utf8')
  return `hooks = ${JSON.stringify(join(folder, 'people.py'))}
${committed}
[dictionaries]
users = { values = ${JSON.stringify(users.map(({ id }) => id))} }
policies = { values = ${JSON.stringify(couponPolicyIds)} }
products = { values = ${JSON.stringify(productIds)} }
methods = { values = ["card", "declined"] }

[parameters]
"path.userId" = { dictionary = "users", probability = 0.8 }
"path.couponPolicyId" = { dictionary = "policies", probability = 0.6 }
"body.couponPolicyId" = { dictionary = "policies", probability = 0.8 }
"body.items[*].productId" = { dictionary = "products", probability = 0.8 }
"body.method" = { dictionary = "methods", probability = 0.8 }
`
}
