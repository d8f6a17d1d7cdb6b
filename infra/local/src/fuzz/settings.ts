import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths.ts'
import type { World } from './world.ts'

const folder = join(root, 'infra/fuzz')

const idsOf = (made: { id: string }[]) => JSON.stringify(made.map(({ id }) => id))

/** The settings of one run, as TOML: what is committed, and what there is to ask for. They name no token. */
export function fuzzSettings({ users, couponPolicyIds, productIds, orders, payments, couponRequests }: World): string {
  const committed = readFileSync(join(folder, 'schemathesis.toml'), 'utf8')
  return `hooks = ${JSON.stringify(join(folder, 'people.py'))}
${committed}
[dictionaries]
users = { values = ${JSON.stringify(users.map(({ id }) => id))} }
policies = { values = ${JSON.stringify(couponPolicyIds)} }
products = { values = ${JSON.stringify(productIds)} }
orders = { values = ${idsOf(orders)} }
payments = { values = ${idsOf(payments)} }
requests = { values = ${idsOf(couponRequests)} }
methods = { values = ["card", "declined"] }

[parameters]
"path.userId" = { dictionary = "users", probability = 0.8 }
"path.couponPolicyId" = { dictionary = "policies", probability = 0.6 }
"body.couponPolicyId" = { dictionary = "policies", probability = 0.8 }
"body.items[*].productId" = { dictionary = "products", probability = 0.8 }
"path.orderId" = { dictionary = "orders", probability = 0.5 }
"body.orderId" = { dictionary = "orders", probability = 0.5 }
"path.paymentId" = { dictionary = "payments", probability = 0.5 }
"path.requestId" = { dictionary = "requests", probability = 0.5 }
"body.method" = { dictionary = "methods", probability = 0.8 }
`
}
