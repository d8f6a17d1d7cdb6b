import { compete } from '../../measure/contest.ts'
import { type Told, toldBy } from '../arena/outcome-log.ts'
import { drain } from '../drain/drain.ts'
import { couponWorker } from '../drain/drainers/coupon-worker.ts'
import type { Part } from '../part.ts'

const PARTITIONS = 10

/**
 * Ten coupons in ten partitions, one of them with a backlog far longer than the others'. Were they served in turns, a small one
 * would be done when ten times its requests have been decided: how many were, against that, is how much longer it waited.
 */
export const fairnessPart: Part = async function* (servers, { from, rounds, fairness }, say) {
  say('  … ten coupons, one with a long backlog')
  const { backlog, small } = fairness
  const coupons = Array.from({ length: PARTITIONS }, (_, partition) => {
    const requests = partition === 0 ? backlog : small
    return { partition, stock: requests / 2, requests }
  })
  const round = async () => {
    const worker = couponWorker(0, { env: { KAFKA_CONCURRENCY: '5' } })
    const { told, began, seconds } = await drain(servers, { from, partitions: PARTITIONS }, worker, coupons)
    const smalls = told.slice(1).sort((a, b) => a.last - b.last)
    const timesItsShare = ({ last }: Told) => toldBy(last, told) / (small * PARTITIONS)
    const [first, last] = [smalls[0]!, smalls.at(-1)!]
    return {
      'last small: times its share': timesItsShare(last),
      'first small': timesItsShare(first),
      'last small, s': (last.last - began) / 1000,
      'all, s': seconds,
    }
  }
  const name = `${backlog.toLocaleString('en')} requests for one, ${small.toLocaleString('en')} for each of nine`
  yield await compete('Ten coupons at once, concurrency 5', name, { rounds }, [{ name, round }])
}
