import { orderPlaced, orderRejected, paymentCompleted, paymentRefunded } from '@firstcome/events'

export const events = [orderPlaced, orderRejected, paymentCompleted, paymentRefunded]
