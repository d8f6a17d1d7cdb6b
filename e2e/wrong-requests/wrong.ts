import { type Call, someUser } from '../client.ts'

/** A request, and the answer it must get. `field` is the one a validation problem names, `wrong` what is wrong with it. */
export interface Wrong {
  what: string
  to: string
  call?: Call
  status: number
  code?: string
  field?: string
  wrong?: string
  headers?: Record<string, RegExp>
}

export const user = someUser()
export const other = someUser()
/** A UUIDv7 that nothing has. */
export const unknownId = '0198c5d2-7f2e-7b3a-9c41-2f6d5a8e1b07'

export const order = { items: [{ productId: 1, quantity: 1 }] }
export const invalid = { status: 400, code: 'VALIDATION_FAILED' }
