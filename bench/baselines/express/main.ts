import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import express from 'express'

/** The least that Express 5 can do for the same request and an answer of the same kind: parse the body, send JSON. */
const app = express()
app.post('/api/coupons/:userId', express.json(), (req, res) => {
  const requestId = randomUUID()
  const { couponPolicyId } = req.body as { couponPolicyId: number }
  res
    .status(202)
    .set('Location', `/api/coupon-requests/${requestId}`)
    .json({
      requestId,
      status: 'PENDING',
      userId: Number(req.params.userId),
      couponPolicyId,
      message: 'request created',
    })
})
const server = app.listen(Number(process.env.PORT), process.env.HOST ?? '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port, msg: 'ready' }))
})
