import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

export interface Clone {
  /** Its top folder. */
  folder: string
  remove(): void
}

/**
 * A clone of this tree in a temporary folder, with the packages that are installed here: every file that git has or would take.
 * What is written in it stays in it.
 */
export function cloneTree(): Clone {
  const folder = mkdtempSync(join(tmpdir(), 'firstcome-clone-'))
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const paths = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0')
  const files = [...new Set(paths)].filter((path) => path !== '' && existsSync(join(root, path)))
  for (const path of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(root, path), join(folder, path), { verbatimSymlinks: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  // Without its pnpm a command might find that nothing is installed, and install it.
  mkdirSync(join(folder, '.local'))
  symlinkSync(join(root, '.local/bin'), join(folder, '.local/bin'))
  for (const path of files) {
    const workspace = dirname(path)
    if (path.endsWith('/package.json')) {
      copyLinks(join(root, workspace, 'node_modules'), join(folder, workspace, 'node_modules'))
    }
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/**
 * A workspace's own links to its packages, as they are: relative, so that `@firstcome/events` leads to the events of the clone,
 * and all others to the packages installed here.
 */
function copyLinks(from: string, to: string): void {
  if (!existsSync(from)) return
  mkdirSync(to)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else if (entry.name.startsWith('@')) copyLinks(source, target)
  }
}
