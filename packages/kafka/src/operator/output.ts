export const exitCodes = { done: 0, failed: 1, usage: 2, nothing: 3 } as const

export interface Output {
  say(text: string): void
  /** For what is not the answer itself. */
  warn(text: string): void
  /** Columns of the terminal; undefined where it is none. */
  width?: number | undefined
}
