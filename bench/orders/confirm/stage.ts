import type { ArenaPlan, Arena as BareArena } from '../../arena/arena.ts'
import type { Figures } from '../../measure/figures.ts'
import type { PaidOrder } from '../shop/backlog.ts'
import type { Boards } from '../shop/boards.ts'
import type { ShopService } from '../shop/shop.ts'

/** Where a stage is measured. */
export interface Arena extends BareArena {
  boards: Boards
}

/** How many orders had come through at a moment. */
export interface Sample {
  /** `performance.now()` */
  at: number
  done: number
}

/** What one service does with the orders that lie in a topic before it. */
export interface Stage {
  title: string
  service: ShopService
  /** The program that does the same a record at a time: of `baselines/kafkajs`. */
  baseline: string
  plan: Omit<ArenaPlan, 'from'>
  /** How often it is asked how many have come through. */
  everyMs: number
  /** Lays the backlog down. */
  fill(arena: Arena, orders: PaidOrder[]): Promise<void>
  /** How many have come through. */
  done(arena: Arena): Promise<number>
  /** What is told of it; `skip` orders warm up. @throws unless each order has come through once */
  figures(arena: Arena, orders: PaidOrder[], samples: Sample[], skip: number): Promise<Figures>
}
