import { describeSetting, type SettingText } from '../config/describe-setting.ts'
import { eachSetting, type Settings } from '../config/setting.ts'

/** Every environment variable once: what it is for, who reads it, its default. `readers` are the settings by app. */
export function renderEnvExample(readers: Map<string, Settings>): string {
  const variables = new Map<string, Map<string, SettingText>>()
  for (const [app, settings] of readers) {
    for (const [, setting] of eachSetting(settings)) {
      const byApp = variables.get(setting.env) ?? new Map()
      variables.set(setting.env, byApp.set(app, describeSetting(setting)))
    }
  }

  const sections = [...variables].map(([name, byApp]) => section(name, byApp, readers.size))
  return `${HEADER}\n${sections.join('\n')}`
}

const HEADER = `# Every setting of every service. Generated from their src/config.ts; values are the defaults.
# An empty value counts as unset.
`

function section(name: string, byApp: Map<string, SettingText>, apps: number): string {
  const texts = [...byApp.values()]
  const first = texts[0]!
  const defaults = new Set(texts.map((text) => text.defaultText))
  const shared = defaults.size === 1 ? first.defaultText : undefined
  const readBy = byApp.size === apps ? 'every service' : [...byApp.keys()].join(', ')
  return [
    `# ${capitalized(first.doc)}${first.required ? ' (required)' : ''}`,
    `# Read by ${readBy}.`,
    ...(defaults.size > 1
      ? [...byApp].map(([app, { defaultText }]) => `#   ${app}: ${defaultText ?? 'required'}`)
      : []),
    `${name}=${shared ?? ''}`,
    '',
  ].join('\n')
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
