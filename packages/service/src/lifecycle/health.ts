import type { Resource } from './resource.ts'

export interface Failing {
  name: string
  reason: string
}

export interface Health {
  /** The resources that are not healthy, with reasons; empty when ready. */
  failing(): Promise<Failing[]>
  /** Says no from now on, whatever the resources say. */
  refuse(reason: string): void
  /** Until this is called the answer is no. */
  open(): void
}

const CHECK_TIMEOUT_MS = 2_000
/** Several probes at once (Kubernetes, gateway, a dashboard) cost the resources one check. */
const CACHE_MS = 1_000

/** `onChange` hears of each change between ready and not ready that a check finds, with what is failing. */
export function createHealth(
  resources: readonly Resource[],
  onChange: (failing: Failing[]) => void = () => {},
): Health {
  let refusal: string | undefined = 'starting'
  let wasFailing = false
  let cached: { until: number; answer: Promise<Failing[]> } | undefined

  async function check(): Promise<Failing[]> {
    const results = await Promise.all(resources.map(checkOne))
    const failing = results.filter((one) => one !== undefined)
    if (failing.length > 0 !== wasFailing) onChange(failing)
    wasFailing = failing.length > 0
    return failing
  }

  return {
    failing() {
      if (refusal !== undefined) return Promise.resolve([{ name: 'service', reason: refusal }])
      const now = performance.now()
      if (cached === undefined || cached.until <= now) cached = { until: now + CACHE_MS, answer: check() }
      return cached.answer
    },
    refuse(reason) {
      refusal = reason
    },
    open() {
      refusal = undefined
    },
  }
}

async function checkOne(resource: Resource): Promise<Failing | undefined> {
  if (resource.check === undefined) return undefined
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS)
  })
  try {
    await Promise.race([resource.check(), timeout])
    return undefined
  } catch (error) {
    return { name: resource.name, reason: reasonOf(error) }
  } finally {
    clearTimeout(timer)
  }
}

/** Connection failures to a name with several addresses come as an AggregateError without a message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
