import { type Node, simpleName } from './graph.ts'

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** A type as people say it: `long`, `null or string`, `array of OrderedItem`. */
export function typeWords(node: Node): string {
  if (node.kind === 'scalar') return node.logical ? `${node.name} (${node.logical})` : node.name
  if (node.kind === 'union') return node.branches.map(typeWords).join(' or ')
  if (node.kind === 'array') return `array of ${typeWords(node.items)}`
  if (node.kind === 'map') return `map of ${typeWords(node.values)}`
  return `${node.kind} ${simpleName(node.name)}`
}

/** A default as the schema writes it. */
export const valueWords = (value: unknown): string => JSON.stringify(value) ?? 'none'
