/** A wait that can be cut short, and that remembers a ring nobody was waiting for. */
export interface Alarm {
  ring(): void
  /** Resolves at the next ring (at once if it rang since the last wait), or after `ms`. */
  within(ms: number): Promise<void>
  /** Resolves after `ms`, whoever rings. */
  after(ms: number): Promise<void>
  /** Ends the present wait and all later ones. */
  end(): void
}

export function alarm(): Alarm {
  let rung = false
  let ended = false
  let deaf = false
  let wake: (() => void) | undefined

  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms)
      function done() {
        clearTimeout(timer)
        wake = undefined
        resolve()
      }
      wake = done
    })

  return {
    ring() {
      rung = true
      if (!deaf) wake?.()
    },
    async within(ms) {
      if (!rung && !ended) await wait(ms)
      rung = false
    },
    async after(ms) {
      if (ended) return
      deaf = true
      await wait(ms)
      deaf = false
    },
    end() {
      ended = true
      wake?.()
    },
  }
}
