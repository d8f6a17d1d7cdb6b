import { answer, bodyId, type Route, route } from '@firstcome/service'
import { z } from 'zod'
import type { Boards } from '../board/boards.ts'
import { dayAt, periods, spanOf } from '../calendar/period.ts'
import { bestSellersQuery } from './query.ts'

export interface BestSellers {
  boards: Boards
  timeZone: string
  /** Epoch milliseconds. */
  now: () => number
}

const day = z.iso.date().nullable()

const board = z
  .strictObject({
    period: z.enum(periods),
    from: day.meta({ description: 'The first day of the board; null for the one of all time.' }),
    to: day.meta({ description: 'The last day of the board; null for the one of all time.' }),
    items: z.array(
      z
        .strictObject({
          rank: z.int().min(1).meta({ description: 'From 1, without gaps.' }),
          productId: bodyId,
          quantity: z.int().min(1).meta({ description: 'Units sold.' }),
        })
        .meta({ id: 'BestSeller' }),
    ),
  })
  .meta({ id: 'BestSellers' })

/** The board is public; `from` and `to` are its first and last day, null for the board of all time. */
export const getBestSellers = ({ boards, timeZone, now }: BestSellers): Route =>
  route(
    {
      method: 'GET',
      path: '/api/rankings/best-sellers',
      auth: 'public',
      operationId: 'getBestSellers',
      summary: 'What was sold most',
      description:
        'Counted when an order is confirmed. Days are those of the shop, Asia/Seoul where nothing else is set.',
      query: bestSellersQuery,
      answers: { 200: answer('The board that holds the day.', board) },
    },
    async ({ query: { period, date = dayAt(now(), timeZone), limit } }) => {
      const span = spanOf(period, date)
      const items = await boards.best(period, date, limit)
      return {
        status: 200,
        body: { period, from: span?.from.toString() ?? null, to: span?.to.toString() ?? null, items },
      }
    },
  )
