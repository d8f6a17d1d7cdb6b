import type { Service } from '@firstcome/service'

/** The service's logger. */
export type Logger = Service['log']
