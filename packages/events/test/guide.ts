/** What the guide tells its reader to do, in order. */
export type Step =
  /** A line of a block `sh`: `# refused` after it says what comes of it. */
  | { kind: 'command'; line: number; command: string; refused: boolean }
  /** A block `json <path below schemas>`: an element of that schema's `fields`, instead of the one of that name. */
  | { kind: 'field'; line: number; schema: string; field: { name: string } }
  /** A line of a block without a language: for a system that runs. */
  | { kind: 'elsewhere'; line: number; command: string }

const fence = /^```([^\n]*)\n([\s\S]*?)^```$/gm

export function stepsOf(markdown: string): Step[] {
  return [...markdown.matchAll(fence)].flatMap(({ 1: info = '', 2: content = '', index }): Step[] => {
    const first = markdown.slice(0, index).split('\n').length + 1
    const [language, schema] = info.split(' ')
    if (language === 'json' && schema) return [{ kind: 'field', line: first, schema, field: JSON.parse(content) }]
    if (language !== 'sh' && language !== '') return []
    return content.split('\n').flatMap((text, nth): Step[] => {
      const [command = '', remark] = text.split(/ +# (?=refused$)/)
      if (command === '') return []
      const line = first + nth
      if (language !== 'sh') return [{ kind: 'elsewhere', line, command }]
      return [{ kind: 'command', line, command, refused: remark !== undefined }]
    })
  })
}
