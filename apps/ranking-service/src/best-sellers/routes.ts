import { type Route, route } from '@firstcome/service'
import type { Boards } from '../board/boards.ts'
import { dayAt, spanOf } from '../calendar/period.ts'
import { bestSellersQuery } from './query.ts'

/** The board is public; `from` and `to` are its first and last day, null for the board of all time. */
export function bestSellersRoutes(boards: Boards, timeZone: string, now: () => number): Route[] {
  return [
    route(
      { method: 'GET', path: '/api/rankings/best-sellers', auth: 'public', query: bestSellersQuery },
      async ({ query: { period, date = dayAt(now(), timeZone), limit } }) => {
        const span = spanOf(period, date)
        const items = await boards.best(period, date, limit)
        return {
          status: 200,
          body: { period, from: span?.from.toString() ?? null, to: span?.to.toString() ?? null, items },
        }
      },
    ),
  ]
}
