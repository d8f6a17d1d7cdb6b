/** A coupon of a round, and how many ask for it. */
export interface Coupon {
  stock: number
  requests: number
  /** Where its requests are to lie: behind the warm-up and the coupons before it, in that partition, or anywhere. */
  partition: number | 'behind' | 'anywhere'
}
