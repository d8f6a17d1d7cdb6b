import type { Parked } from './action.ts'
import type { Desk } from './desk.ts'
import type { Letter } from './letter.ts'
import { about, type Report, type Run, slices } from './run.ts'
import { stateOf } from './story.ts'

const BATCH = 500

/** Marks letters as decided: never to be replayed. They stay where they are. */
export async function park(desk: Desk, letters: Letter[], run: Run, tell: (done: Parked) => void): Promise<Report> {
  const report: Report = { done: [], skipped: [], failed: [] }
  if (letters.length > 0) await desk.prepare([])
  for (const slice of slices(letters, BATCH, Number.POSITIVE_INFINITY, () => 0)) {
    const actions = slice.map((letter): Parked => ({ ...about(letter, run), action: 'parked' }))
    await desk.record(actions)
    slice.forEach((letter, i) => {
      const story = desk.storyOf(letter)
      // Somebody was first, and their replay is on its way or done.
      if (story.holder || stateOf(letter, story) === 'replayed') {
        report.skipped.push({ letter, why: 'another run has just replayed it' })
        return
      }
      report.done.push(actions[i]!)
      tell(actions[i]!)
    })
  }
  return report
}
