/** A coupon of a round, and how many ask for it. */
export interface Coupon {
  stock: number
  requests: number
  /** Where its requests are to lie; anywhere, unless there is one coupon only, which lies behind the warm-up. */
  partition?: number
}
