/** Outcomes are kept and compared as the character codes of the ledger's letters. 0: nothing is known. */
export const ISSUED = code('I')
export const ALREADY = code('A')
export const SOLD_OUT = code('S')
export const NOT_OPEN = code('N')
export const CLOSED = code('C')
export const NO_POLICY = code('P')
/** Waits for its next try. */
export const RETRIED = code('H')
/** Given up: no decision, until it is replayed. */
export const GIVEN_UP = code('F')

const words = new Map([
  [ISSUED, 'ISSUED'],
  [ALREADY, 'COUPON_ALREADY_ISSUED'],
  [SOLD_OUT, 'COUPON_SOLD_OUT'],
  [NOT_OPEN, 'COUPON_NOT_OPEN'],
  [CLOSED, 'COUPON_CLOSED'],
  [NO_POLICY, 'COUPON_POLICY_NOT_FOUND'],
  [GIVEN_UP, 'COUPON_ISSUE_FAILED'],
  [RETRIED, 'in retry'],
])
const letters = new Map([...words].map(([letter, word]) => [word, letter]))

export const wordOf = (letter: number) =>
  words.get(letter) ?? (letter === 0 ? 'no outcome' : String.fromCharCode(letter))
export const letterOf = (reason: string) => letters.get(reason) ?? 0

export const isDecision = (letter: number) => letter !== 0 && letter !== RETRIED && letter !== GIVEN_UP

function code(letter: string): number {
  return letter.charCodeAt(0)
}
