import { compete } from '../../measure/contest.ts'
import type { Part } from '../part.ts'
import { confirming } from './confirming.ts'
import { counting } from './counting.ts'
import { drainStage, type Who } from './drain.ts'
import type { Stage } from './stage.ts'
import { storing } from './storing.ts'

const BASELINE = 'kafkajs, a record at a time'

/** How fast each service gets through a backlog, against the same work a record and a row at a time. */
export const confirmPart: Part = async function* (servers, { from, rounds, confirm }, say) {
  const { backlog, singleBacklog, warmUp, singleWarmUp } = confirm
  const contestant = (stage: Stage, who: Who) => ({
    name: who === 'service' ? stage.service : BASELINE,
    round: () =>
      drainStage(
        servers,
        from,
        stage,
        who,
        who === 'service' ? { backlog, warmUp } : { backlog: singleBacklog, warmUp: singleWarmUp },
      ),
  })
  for (const stage of [confirming, storing, counting]) {
    say(`  … ${stage.service}`)
    const contestants = [contestant(stage, 'baseline'), contestant(stage, 'service')]
    yield await compete(stage.title, BASELINE, { rounds, warmUp: false }, contestants)
  }
}
