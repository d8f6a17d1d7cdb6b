/**
 * Gathers the calls that arrive in one turn of the event loop and answers them with one `flush`: at a thousand requests a
 * second a command for each would cost more processor time than all the rest of the read model. Adds no wait of its own.
 *
 * `flush` answers in the order of its inputs; when it rejects, all its callers are told.
 */
export function coalesce<I, O>(flush: (inputs: I[]) => Promise<O[]>, most = 512): (input: I) => Promise<O> {
  type Call = { input: I; resolve: (output: O) => void; reject: (error: unknown) => void }
  let gathered: Call[] = []

  function run(): void {
    const calls = gathered
    gathered = []
    for (let first = 0; first < calls.length; first += most) answer(calls.slice(first, first + most))
  }

  async function answer(calls: Call[]): Promise<void> {
    try {
      const outputs = await flush(calls.map((call) => call.input))
      for (const [index, call] of calls.entries()) call.resolve(outputs[index] as O)
    } catch (error) {
      for (const call of calls) call.reject(error)
    }
  }

  return (input) =>
    new Promise((resolve, reject) => {
      if (gathered.push({ input, resolve, reject }) === 1) setImmediate(run)
    })
}
