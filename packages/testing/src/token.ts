import { stack, token } from '@firstcome/local'

export interface TestTokenOptions {
  admin?: boolean
  expired?: boolean
}

/** A bearer token as the test stack's services accept it; `expired` makes one that has run out an hour ago. */
export function testToken(userId: number, { admin, expired }: TestTokenOptions = {}): Promise<string> {
  return token(stack('test'), userId, { admin, ...(expired && { expiresIn: -3600 }) })
}
