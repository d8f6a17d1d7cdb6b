import { compete } from '../../measure/contest.ts'
import { drain } from '../drain/drain.ts'
import { couponWorker } from '../drain/drainers/coupon-worker.ts'
import type { Part } from '../part.ts'

const PARTITIONS = 10

/**
 * Ten coupons in ten partitions, one of them with a backlog far longer than the others'. A small one has its share when it is
 * done by the time at which ten that are served in turns would be: when as many have been decided as it has, ten times over.
 */
export const fairnessPart: Part = async (servers, { from, rounds, fairness }, say) => {
  say('  … ten coupons, one with a long backlog')
  const { backlog, small } = fairness
  const coupons = Array.from({ length: PARTITIONS }, (_, partition) => {
    const requests = partition === 0 ? backlog : small
    return { partition, stock: requests / 2, requests }
  })
  const round = async () => {
    const worker = couponWorker(0, { env: { KAFKA_CONCURRENCY: '5' } })
    const { told, decisions, seconds } = await drain(servers, { from, partitions: PARTITIONS }, worker, coupons)
    const began = Math.min(...told.map(({ first }) => first))
    const done = told.map(({ last }) => (last - began) / 1000)
    const [big, ...others] = done
    const share = (small * PARTITIONS * seconds) / decisions
    const last = Math.max(...others)
    return { 'last small, s': last, 'its share, s': share, 'first small, s': Math.min(...others), 'long one, s': big! }
  }
  const name = `${backlog.toLocaleString('en')} requests for one, ${small.toLocaleString('en')} for each of nine`
  return [await compete('Ten coupons at once, concurrency 5', name, { rounds }, [{ name, round }])]
}
