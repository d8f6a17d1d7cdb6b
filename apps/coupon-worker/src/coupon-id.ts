import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

const ID_BYTES = 16
const POOL_BYTES = 1024 * ID_BYTES

/** Makes UUIDv7s; randomness is drawn for a thousand of them at a time, as drawing it costs more than the ids do. */
export function couponIds(): () => string {
  const pool = Buffer.allocUnsafe(POOL_BYTES)
  let at = POOL_BYTES

  return () => {
    if (at === POOL_BYTES) {
      randomFillSync(pool)
      at = 0
    }
    const random = pool.subarray(at, at + ID_BYTES)
    at += ID_BYTES
    return v7({ random })
  }
}
