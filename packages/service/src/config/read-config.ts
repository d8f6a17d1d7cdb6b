import type { z } from 'zod'
import { describeSetting } from './describe-setting.ts'
import { eachSetting, type Setting, type Settings, type Values } from './setting.ts'

/** `EX_CONFIG` of sysexits.h: tells a supervisor that restarting will not help. */
export const CONFIG_EXIT_CODE = 78

/** The environment does not hold a usable configuration. `problems` has one line for each variable, naming it. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID'
  readonly retriable = false
  readonly problems: string[]

  constructor(problems: string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** @throws {ConfigError} with all problems at once, so that a deployment is corrected in one go. */
export function parseConfig<const S extends object>(settings: S, env: NodeJS.ProcessEnv): Values<S> {
  const values: Record<string, unknown> = {}
  const problems = new Set<string>()

  for (const [path, setting] of eachSetting(settings as unknown as Settings)) {
    // An empty variable counts as unset: that is what `FOO=` in an env file or a compose default means.
    const text = env[setting.env] || undefined
    const result = setting.schema.safeParse(text)
    if (result.success) assign(values, path, result.data)
    else problems.add(problemOf(setting, text, result.error))
  }

  if (problems.size > 0) throw new ConfigError([...problems])
  return values as Values<S>
}

/**
 * Reads the settings of this process from its environment. A process that cannot be configured ends here, with one line
 * for each bad variable on stderr and exit code 78. With an `env` of the caller's own, it throws `ConfigError` instead.
 */
export function readConfig<const S extends object>(settings: S, env: NodeJS.ProcessEnv = process.env): Values<S> {
  try {
    return parseConfig(settings, env)
  } catch (error) {
    if (env !== process.env || !(error instanceof ConfigError)) throw error
    return exitOnConfigError(error)
  }
}

export function exitOnConfigError(error: ConfigError): never {
  for (const problem of error.problems) process.stderr.write(`config: ${problem}\n`)
  process.exit(CONFIG_EXIT_CODE)
}

function problemOf(setting: Setting<unknown>, text: string | undefined, error: z.ZodError): string {
  if (text !== undefined) return `${setting.env} is invalid: ${error.issues.map((issue) => issue.message).join('; ')}`
  const { doc } = describeSetting(setting)
  return `${setting.env} is required${doc && `: ${doc}`}`
}

function assign(target: Record<string, unknown>, path: string[], value: unknown): void {
  let group = target
  for (const name of path.slice(0, -1)) {
    group[name] ??= {}
    group = group[name] as Record<string, unknown>
  }
  group[path.at(-1)!] = value
}
