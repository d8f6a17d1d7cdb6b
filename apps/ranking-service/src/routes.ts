import type { Route } from '@firstcome/service'
import { type BestSellers, getBestSellers } from './best-sellers/get-best-sellers.ts'

/** All that ranking-service answers over HTTP; the reference of the API is made of it. */
export const routes = (parts: BestSellers): Route[] => [getBestSellers(parts)]
