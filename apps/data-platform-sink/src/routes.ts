import type { Route } from '@firstcome/service'

/** Nothing: the sink only listens to the log. */
export function routes(): Route[] {
  return []
}
