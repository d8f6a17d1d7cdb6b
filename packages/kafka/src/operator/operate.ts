import { randomUUID } from 'node:crypto'
import { type Acting, actPark, actReplay } from './act.ts'
import type { Command } from './arguments.ts'
import { openDesk } from './desk.ts'
import { matches } from './filter.ts'
import { readableHeaders } from './headers.ts'
import { exitCodes } from './output.ts'
import { causesTable, lettersTable, letterText } from './print.ts'
import { stateOf } from './story.ts'
import { byCause } from './summary.ts'
import { readValue } from './value.ts'

export interface Surroundings extends Acting {
  /** Needed to read values; without one they are shown as bytes. */
  registryUrl: string | undefined
}

type Of<Name extends Command['name']> = Extract<Command, { name: Name }>

/** Does what was asked; answers the exit code. Rejects with NoSuchLetter, and with KafkaError when Kafka does not answer. */
export async function operate(command: Exclude<Command, { name: 'help' }>, around: Surroundings): Promise<number> {
  switch (command.name) {
    case 'list':
      return list(command, around)
    case 'show':
      return show(command, around)
    case 'replay':
      return actReplay(command, { run: randomUUID(), by: command.by, note: command.note }, around)
    case 'park':
      return actPark(command, { run: randomUUID(), by: command.by, note: command.note }, around)
  }
}

async function list({ filter, limit, each, json }: Of<'list'>, { config, identity, output }: Surroundings) {
  const wanted = (letter: Parameters<typeof matches>[0]) => matches(letter, filter, config.prefix)
  const desk = await openDesk(config, identity, { wanted, withRecords: false })
  try {
    const letters = desk.letters
      .map(({ letter }) => ({ letter, state: stateOf(letter, desk.storyOf(letter)) }))
      .filter(({ state }) => filter.state === undefined || state === filter.state)
    const causes = byCause(
      letters.map(({ letter }) => letter),
      desk.storyOf,
    )
    if (json) {
      const rows = each ? letters.map(({ letter, state }) => ({ ...letter, state })) : causes
      output.say(JSON.stringify(rows.slice(0, limit), null, 2))
    } else if (letters.length === 0) output.say('No dead letters.')
    else if (each) output.say(lettersTable(letters.slice(0, limit), output.width))
    else output.say(causesTable(causes.slice(0, limit), output.width))
    return exitCodes.done
  } finally {
    await desk.close()
  }
}

async function show({ place, json }: Of<'show'>, { config, identity, registryUrl, output }: Surroundings) {
  const desk = await openDesk(config, identity, { places: [place] })
  try {
    const { letter, raw } = desk.letters[0]!
    const story = desk.storyOf(letter)
    const topic = letter.topic.startsWith(config.prefix) ? letter.topic.slice(config.prefix.length) : letter.topic
    const shown = {
      letter,
      state: stateOf(letter, story),
      key: raw.key?.toString() ?? null,
      headers: readableHeaders(raw.headers),
      value: await readValue(topic, raw.value, registryUrl),
      history: story.actions,
    }
    output.say(json ? JSON.stringify(shown, null, 2) : letterText(shown))
    return exitCodes.done
  } finally {
    await desk.close()
  }
}
