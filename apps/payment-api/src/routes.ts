import type { Route } from '@firstcome/service'
import { getPayment } from './payments/get-payment.ts'
import { type PaymentsApi, postPayment } from './payments/post-payment.ts'

/** All that payment-api answers over HTTP; the reference of the API is made of it. */
export const routes = (api: PaymentsApi): Route[] => [postPayment(api), getPayment(api.db)]
