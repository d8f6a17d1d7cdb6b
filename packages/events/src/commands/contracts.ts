/**
 * The tool for contracts: `contracts check | release | diff | history | register`, as `--help` says.
 * Environment: SCHEMA_REGISTRY_URL (base URL of the Confluent-compatible API); only `register` can not do without.
 * Exit code: 0, 1 refused or the registry away where it is needed, 2 wrong usage.
 */
import { runContracts } from './run-contracts.ts'
import { withExitCode } from './usage.ts'

process.exitCode = await withExitCode(() => runContracts(process.argv.slice(2)))
