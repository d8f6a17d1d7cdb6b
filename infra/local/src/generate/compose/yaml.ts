/** Enough of YAML for a compose file: maps and lists in blocks, everything else as JSON, which YAML contains. */
export function yaml(value: object, indent = ''): string {
  return Object.entries(value)
    .map(([key, inner]) => {
      if (Array.isArray(inner) && inner.length > 0)
        return `${indent}${key}:\n${inner.map((one) => `${indent}  - ${JSON.stringify(one)}\n`).join('')}`
      if (Array.isArray(inner) || typeof inner !== 'object' || inner === null)
        return `${indent}${key}: ${JSON.stringify(inner)}\n`
      return Object.keys(inner).length === 0
        ? `${indent}${key}: {}\n`
        : `${indent}${key}:\n${yaml(inner, `${indent}  `)}`
    })
    .join('')
}
