import type { z } from 'zod'

/**
 * One environment variable: its name and the schema that turns its text into a value.
 * The schema carries the documentation (`.describe()`) and the default (`.default()`).
 */
export interface Setting<T> {
  env: string
  schema: z.ZodType<T>
}

/** Settings by name, in groups of any depth. Plain data: any package may export one without importing this file. */
export interface Settings {
  [name: string]: Setting<unknown> | Settings
}

/** What a group of settings holds once the environment was read. */
export type Values<S> = S extends Setting<infer T> ? T : { [K in keyof S]: Values<S[K]> }

export function isSetting(entry: Setting<unknown> | Settings): entry is Setting<unknown> {
  return typeof entry.env === 'string' && 'schema' in entry
}

/** Every setting of a tree with its path, in the order of declaration. */
export function* eachSetting(settings: Settings, path: string[] = []): Generator<[path: string[], Setting<unknown>]> {
  for (const [name, entry] of Object.entries(settings)) {
    if (isSetting(entry)) yield [[...path, name], entry]
    else yield* eachSetting(entry, [...path, name])
  }
}
