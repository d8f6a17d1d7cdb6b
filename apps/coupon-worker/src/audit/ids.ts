import { createHash } from 'node:crypto'

/** Distinct ids, numbered from 0 in the order they came: 16 bytes each and some for looking them up, where a Map takes 150. */
export interface Ids {
  readonly size: number
  /** Its number, a new one where it is new. */
  add(id: string): number
  /** Its number, or -1. */
  find(id: string): number
  nameOf(number: number): string
  /** The number here of an id that another list has, or -1. */
  findAs(other: Ids, number: number): number
  copyTo(number: number, into: Uint32Array): void
  /** The last eight hexadecimal digits, as a number: what the ledger keeps of an id. */
  tailOf(number: number): number
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function createIds(): Ids {
  let parts = new Uint32Array(4096)
  /** Number + 1 of the id that hashes there or nearby; 0: free. */
  let slots = new Int32Array(4096)
  let size = 0
  /** What is no UUID keeps its own words, and is told apart by a hash. */
  const odd = new Map<number, string>()
  const id4 = new Uint32Array(4)

  function parse(id: string): void {
    const hex = UUID.test(id) ? id : hashed(id)
    id4[0] = Number.parseInt(hex.slice(0, 8), 16)
    id4[1] = Number.parseInt(hex.slice(9, 13) + hex.slice(14, 18), 16)
    id4[2] = Number.parseInt(hex.slice(19, 23) + hex.slice(24, 28), 16)
    id4[3] = Number.parseInt(hex.slice(28), 16)
  }

  /** The slot that holds the parsed id, or the free one where it belongs. */
  function slotOf(): number {
    const mask = slots.length - 1
    const hash = Math.imul(
      id4[0]! ^ Math.imul(id4[1]!, 0x9e3779b1) ^ id4[2]! ^ Math.imul(id4[3]!, 0x85ebca6b),
      0xc2b2ae35,
    )
    let slot = (hash ^ (hash >>> 15)) & mask
    for (let number = slots[slot]!; number !== 0; number = slots[slot]!) {
      const at = (number - 1) * 4
      if (parts[at] === id4[0] && parts[at + 1] === id4[1] && parts[at + 2] === id4[2] && parts[at + 3] === id4[3]) {
        return slot
      }
      slot = (slot + 1) & mask
    }
    return slot
  }

  function load(number: number): void {
    for (let i = 0; i < 4; i += 1) id4[i] = parts[number * 4 + i]!
  }

  function grow(): void {
    slots = new Int32Array(slots.length * 2)
    for (let number = 0; number < size; number += 1) {
      load(number)
      slots[slotOf()] = number + 1
    }
  }

  function nameOf(number: number): string {
    load(number)
    const hex = [...id4].map((part) => part.toString(16).padStart(8, '0')).join('')
    return odd.get(number) ?? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  }

  return {
    get size() {
      return size
    },
    add(id) {
      if (size * 2 >= slots.length) grow()
      parse(id)
      const slot = slotOf()
      if (slots[slot] !== 0) return slots[slot]! - 1
      if (parts.length < (size + 1) * 4) {
        const larger = new Uint32Array(parts.length * 2)
        larger.set(parts)
        parts = larger
      }
      parts.set(id4, size * 4)
      if (!UUID.test(id)) odd.set(size, id)
      size += 1
      slots[slot] = size
      return size - 1
    },
    find(id) {
      parse(id)
      return slots[slotOf()]! - 1
    },
    findAs(other, number) {
      other.copyTo(number, id4)
      return slots[slotOf()]! - 1
    },
    copyTo(number, into) {
      for (let i = 0; i < 4; i += 1) into[i] = parts[number * 4 + i]!
    },
    nameOf,
    tailOf: (number) =>
      odd.has(number) ? Number.parseInt(nameOf(number).slice(-8), 16) >>> 0 : parts[number * 4 + 3]!,
  }
}

function hashed(id: string): string {
  return createHash('sha256')
    .update(id)
    .digest('hex')
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
