/** A Dockerfile as far as its stages are performed here: no variables of the build, no heredocs, no ONBUILD. */
export interface Stage {
  base: string
  /** As `COPY --from` calls it. */
  name: string
  instructions: Instruction[]
}

export interface Instruction {
  name: string
  /** `--mount=type=cache,target=/x`: in the order in which they come. */
  flags: string[]
  /** What remains, lines joined. */
  text: string
}

/** @throws if an instruction stands before the first stage */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = []
  for (const line of logicalLines(text)) {
    const instruction = parseInstruction(line)
    if (instruction.name === 'FROM') {
      const [base = '', , name = String(stages.length)] = instruction.text.split(/\s+/)
      stages.push({ base, name, instructions: [] })
    } else {
      const stage = stages.at(-1)
      if (!stage) throw new Error(`${instruction.name} stands before the first FROM`)
      stage.instructions.push(instruction)
    }
  }
  return stages
}

function logicalLines(text: string): string[] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'))
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
}

function parseInstruction(line: string): Instruction {
  const [name = '', ...words] = line.split(/\s+/)
  const flags = words.slice(
    0,
    words.findIndex((word) => !word.startsWith('--')),
  )
  const rest = flags.reduce((left, flag) => left.slice(left.indexOf(flag) + flag.length), line.slice(name.length))
  return { name: name.toUpperCase(), flags, text: rest.trim() }
}

/** Value of `--name=value`; undefined where there is none. */
export function flagOf({ flags }: Instruction, name: string): string | undefined {
  return flags.find((flag) => flag.startsWith(`--${name}=`))?.slice(name.length + 3)
}

/** `["a", "b"]` as it is, a line of the shell as the shell that runs it. */
export function commandOf(text: string): string[] {
  return text.startsWith('[') ? JSON.parse(text) : ['sh', '-c', text]
}

/** `A=1 B="two words"` of ENV and LABEL. */
export function pairsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.]+)=("(?:[^"\\]|\\.)*"|\S*)/g)]
  return Object.fromEntries(pairs.map(([, key, value]) => [key, value!.startsWith('"') ? JSON.parse(value!) : value]))
}
