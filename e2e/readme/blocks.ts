/** A shell block of the README with curl in it, and what the README says it gives. */
export interface Example {
  /** Line of the block's first command, for the report of a failure. */
  line: number
  /** What to run: the block as printed, with `marker` printed wherever an expectation stands. */
  script: string
  /** In the order of the markers; the last one may be the block ```json that follows. */
  expected: Expected[]
}

export type Expected =
  /** A comment `# => text`: the last line the commands before it printed. */
  | { kind: 'line'; text: string }
  /** The block ```json after it: the last JSON the commands before it printed. */
  | { kind: 'json'; value: unknown }

/** Printed between the outputs that are compared one by one. */
export const marker = '----- so far -----'

const fence = /^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm

/** Every example of a Markdown text, in order. */
export function examplesOf(markdown: string): Example[] {
  const examples: Example[] = []
  let current: Example | undefined
  for (const { 1: language, 2: content = '', index } of markdown.matchAll(fence)) {
    if (language === 'sh' || language === 'bash') {
      current = content.includes('curl') ? example(content, lineAt(markdown, index) + 1) : undefined
      if (current) examples.push(current)
    } else if (language === 'json' && current) {
      current.expected.push({ kind: 'json', value: JSON.parse(content) })
      current.script += `echo; echo '${marker}'\n`
      current = undefined
    }
  }
  return examples
}

function example(content: string, line: number): Example {
  const expected: Expected[] = []
  const script = content.replace(/^# => ?(.*)$/gm, (_comment, text: string) => {
    expected.push({ kind: 'line', text: text.trim() })
    return `echo; echo '${marker}'`
  })
  return { line, script, expected }
}

/** What is wrong with the outputs of an example, as sentences. */
export function judge({ expected }: Example, output: string): string[] {
  const parts = output.split(marker)
  return expected.flatMap((one, nth) => {
    const printed = parts[nth] ?? ''
    if (one.kind === 'json') return differences(one.value, lastJson(printed))
    const last = printed.trim().split('\n').at(-1)?.trim() ?? ''
    return last === one.text ? [] : [`printed ${JSON.stringify(last)}, expected ${JSON.stringify(one.text)}`]
  })
}

/** Where `actual` differs from what the README says, as sentences; ids, times and numbers need only be of that kind. */
export function differences(expected: unknown, actual: unknown, at = '$'): string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [`${at}: not a list`]
    if (expected.length > actual.length) return [`${at}: ${actual.length} items, expected ${expected.length}`]
    return expected.flatMap((one, nth) => differences(one, actual[nth], `${at}[${nth}]`))
  }
  if (isObject(expected)) {
    if (!isObject(actual)) return [`${at}: not an object`]
    const missing = Object.keys(expected).filter((name) => !(name in actual))
    const unsaid = Object.keys(actual).filter((name) => !(name in expected))
    return [
      ...missing.map((name) => `${at}.${name}: missing`),
      ...unsaid.map((name) => `${at}.${name}: not in the README`),
      ...Object.keys(expected).flatMap((name) =>
        name in actual ? differences(expected[name], actual[name], `${at}.${name}`) : [],
      ),
    ]
  }
  if (kindOf(expected) === kindOf(actual)) return []
  return [`${at}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`]
}

/** The last JSON document in what was printed. */
export function lastJson(output: string): unknown {
  const lines = output.trimEnd().split('\n')
  for (let from = lines.length - 1; from >= 0; from--) {
    if (!/^\s*[[{]/.test(lines[from]!)) continue
    try {
      return JSON.parse(lines.slice(from).join('\n'))
    } catch {
      // The beginning of the document is further up.
    }
  }
  return undefined
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/

/** What a value must share with the README's: its text, or its kind where every run has its own. */
function kindOf(value: unknown): string {
  if (typeof value === 'number') return 'a number'
  if (typeof value !== 'string') return JSON.stringify(value)
  if (new RegExp(`^${uuid.source}$`).test(value)) return 'a UUID'
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value)) return 'a time'
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return 'a day'
  if (/^[0-9a-f]{32}$/.test(value)) return 'a trace id'
  return JSON.stringify(value.replace(new RegExp(uuid, 'g'), '(a UUID)'))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
