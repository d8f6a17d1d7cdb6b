/** The module specifiers a TypeScript source imports, re-exports or loads, type imports included, in order. */
export function importsOf(source: string): string[] {
  const { code, literals } = tokens(source)
  return [...code.matchAll(importing)].map((match) => literals[Number(match[1])]!)
}

/** The string and template literals of a source, without the specifiers of its imports. */
export function literalsOf(source: string): string[] {
  const { code, literals } = tokens(source)
  const rest = code.replaceAll(importing, '')
  return [...rest.matchAll(/«(\d+)»/g)].map((match) => literals[Number(match[1])]!)
}

/** In code whose literals are numbered: `from «0»`, `import «0»`, `import(«0»)`, and what mocks a module. */
const importing = /(?:\bfrom\s*|\bimport\s*|\b(?:import|require|mock)\s*\(\s*)«(\d+)»/g

/** Literals first, so that no comment begins in one; a regular expression is told from a division by what stands before it. */
const lexemes =
  /(['"`])((?:\\[\s\S]|(?!\1)[^\\])*)\1|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<=(?:[(,=:[!&|?{};\n]|=>|return)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g

/**
 * The source with every literal replaced by its number, and without comments and regular expressions: an import that is
 * written inside a string is no import. TypeScript 7 has no API to ask for a syntax tree; this is all a test needs.
 */
function tokens(source: string): { code: string; literals: string[] } {
  const literals: string[] = []
  const code = source.replace(lexemes, (_text, quote: string | undefined, content: string) =>
    quote ? `«${literals.push(content) - 1}»` : ' ',
  )
  return { code, literals }
}
