import { down } from '../down.ts'
import { say } from '../progress.ts'
import { services } from '../stack.ts'
import { logFile } from '../supervisor/state.ts'
import { up } from '../up.ts'
import { follow } from './follow.ts'

/** The system in the foreground, its services from source and restarted when that changes; Ctrl-C stops all of it. */
export async function dev(): Promise<number> {
  const interrupted = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => resolve())
  })
  const followed: (() => void)[] = []
  const started = up('local', { watch: true }).then((stack) => {
    say(`\n  Gateway ${stack.gatewayUrl}. Services restart when their source changes. Ctrl-C stops everything.\n`)
    for (const { name } of services) {
      followed.push(
        follow(logFile(stack.folder, name), (text) =>
          process.stdout.write(text.replaceAll(/^(?=.)/gm, `${name.padEnd(19)}`)),
        ),
      )
    }
  })
  try {
    await Promise.race([interrupted, started.then(() => interrupted)])
  } finally {
    for (const end of followed) end()
    // Interrupted half way, the start has to end before its processes can be stopped.
    await started.catch(() => {})
    await down('local')
  }
  return 0
}
