import { execFileSync } from 'node:child_process'
import { StepError } from '../progress.ts'
import { onPath } from '../system/on-path.ts'
import { run } from '../system/run.ts'

/** The user a server runs as that refuses root; undefined when we are not root ourselves. */
export function nobody(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody']).toString())
  return { uid: id('-u'), gid: id('-g') }
}

/**
 * What to put before a command so that it runs as that user. The clone may lie below a folder only root may enter (a
 * temporary folder, /root), so the one capability that matters there is kept: access to files. It is no way back to root.
 */
export async function asNobody(): Promise<string[]> {
  const user = nobody()
  if (!user) return []
  if (process.platform !== 'linux' || !onPath('setpriv')) {
    throw new StepError(
      'Postgres refuses to run as root, and setpriv (util-linux) is not there to start it as another user.',
      {
        advice: 'Run the command as a normal user.',
      },
    )
  }
  const plain = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups']
  // Without the last of these the kernel leaves the capability out when a program asks access(2), as initdb does.
  const capable = [
    ...plain,
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ]
  // A container may have taken that capability away; then the folders above have to be open to all.
  const possible = await run([...capable, 'true']).then(
    () => true,
    () => false,
  )
  return possible ? capable : plain
}
