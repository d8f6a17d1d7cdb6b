import type { Plan } from './plan.ts'

/** What was written, and what is left to do: each step a command, or the code to write. */
export function report({ topic, constant, producer, consumers }: Plan, written: string[]): string {
  return `Written:
${written.map((path) => `  ${path}`).join('\n')}

Next:
  1. Give it its fields: edit its schema. Until it is registered somewhere, its first version may be made anew:
       rm -r packages/events/released/${topic} && npm run generate && pnpm contracts release
  2. Does it fit the rules, and is everything written that follows from it?
       pnpm contracts check
       npm run generate -- --check && npm run lint && npm run typecheck
  3. Publish it: in apps/${producer}/src/main.ts add ${constant} to the events that connectKafka is given, and where it happens
       await outbox.add(trx, ${constant}, { … })        # from a database, within the transaction
       await kafka.send(${constant}, { … })             # from anything else
  4. Read it: in apps/${consumers.join(', apps/')} likewise, and there
       .on(${constant}, handler)                          # after kafka.consumer('${consumers[0]}')
  5. Make its topics (with those for retries and dead letters), and deploy the producer, which registers it, and its consumers:
       KAFKA_BROKERS=127.0.0.1:19092 npx node packages/kafka/src/commands/topics.ts
${[producer, ...consumers].map((service) => `       pnpm deploy:service ${service}`).join('\n')}

docs/contracts.md explains each step.`
}
