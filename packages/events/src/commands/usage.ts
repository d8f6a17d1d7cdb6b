import { BrokenSchema } from '../evolution/schema.ts'
import { RegistryAway } from './registry.ts'

/** The command was not called as it wants to be: exit code 2. */
export class WrongUsage extends Error {}

/** Runs a command; an error that a person can act on is a line and an exit code, every other one is thrown on. */
export async function withExitCode(command: () => Promise<number>): Promise<number> {
  try {
    return await command()
  } catch (error) {
    const isParsing = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
    const isFailure = error instanceof RegistryAway || error instanceof BrokenSchema
    if (!isFailure && !isParsing && !(error instanceof WrongUsage)) throw error
    console.error((error as Error).message)
    return isFailure ? 1 : 2
  }
}
