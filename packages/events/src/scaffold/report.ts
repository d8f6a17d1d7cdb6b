import type { Plan } from './plan.ts'

/** What was written, and what is left to do: each step a command, or the code to write. */
export function report({ topic, constant, producer, consumers }: Plan, written: string[]): string {
  return `Written:
${written.map((path) => `  ${path}`).join('\n')}

Next:
  1. Give it its fields, in its schema. Until it is committed or registered, its first version may be made anew:
       rm -r packages/events/released/${topic} && npm run generate && pnpm contracts release
  2. Publish it: in apps/${producer}/src/main.ts add ${constant} to the events that connectKafka is given, and where it happens
       await outbox.add(trx, ${constant}, { … })        // with a database, in the transaction of the change
       await kafka.send(${constant}, { … })             // without one
  3. Read it: in ${consumers.map((one) => `apps/${one}/src/main.ts`).join(' and ')} likewise, and after kafka.consumer(…)
       .on(${constant}, handler)
  4. Is all in order?
       pnpm contracts check && npm run generate -- --check && npm run lint && npm run typecheck
  5. Deploy the producer, then the consumers; the first deployment creates its topics, with those for retries and dead letters:
${[producer, ...consumers].map((service) => `       pnpm deploy:service ${service}`).join('\n')}

docs/contracts.md explains each step.`
}
