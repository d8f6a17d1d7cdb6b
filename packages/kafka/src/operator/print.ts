import type { Action } from './action.ts'
import type { Letter } from './letter.ts'
import type { Skipped } from './plan.ts'
import type { Cause } from './summary.ts'
import type { ReadableValue } from './value.ts'

/** Columns as wide as their widest cell; numbers to the right; with a `width`, lines end there. */
export function table(rows: (string | number)[][], width?: number): string {
  const texts = rows.map((row) => row.map((cell) => printable(String(cell))))
  const widths = texts[0]!.map((_, column) => Math.max(...texts.map((row) => row[column]!.length)))
  const lines = texts.map((row, i) =>
    row
      .map((cell, column) =>
        typeof rows[i]![column] === 'number' ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  )
  return lines.map((line) => (width && line.length > width ? `${line.slice(0, width - 1)}…` : line)).join('\n')
}

/** Database errors quote whole statements; `show` and `--json` have all of it. */
const REASON_WIDTH = 200
const brief = (reason: string) => (reason.length > REASON_WIDTH ? `${reason.slice(0, REASON_WIDTH)}…` : reason)

/** On one line, without what would act on a terminal: reasons and headers are foreign words. */
const printable = (text: string) => text.replaceAll(/\p{Cc}+/gu, ' ')

export const time = (ms: number): string =>
  Number.isFinite(ms)
    ? new Date(ms)
        .toISOString()
        .replace('T', ' ')
        .replace('.000Z', 'Z')
        .replace(/\.\d+Z$/, 'Z')
    : '-'

export function causesTable(causes: Cause[], width?: number): string {
  const header = ['count', 'open', 'replayed', 'parked', 'group', 'topic', 'code', 'stack', 'first', 'last', 'reason']
  const rows = causes.map(
    ({ count, open, replayed, parked, group, topic, code, stack, first, last, reason, reasons }) => {
      const other = reasons > 1 ? ` (and ${reasons - 1} more like it)` : ''
      return [
        count,
        open,
        replayed,
        parked,
        group,
        topic,
        code,
        stack ?? '-',
        time(first),
        time(last),
        brief(reason) + other,
      ]
    },
  )
  return table([header, ...rows], width)
}

export function lettersTable(letters: { letter: Letter; state: string }[], width?: number): string {
  const header = ['letter', 'given up', 'state', 'attempts', 'replays', 'code', 'event id', 'reason']
  const rows = letters.map(({ letter, state }) => {
    const { place, attempts, replays, code, eventId, reason } = letter
    return [place, time(letter.time), state, attempts, replays, code, eventId, brief(reason)]
  })
  return table([header, ...rows], width)
}

export interface Shown {
  letter: Letter
  state: string
  key: string | null
  headers: Record<string, string | string[]>
  value: ReadableValue
  history: Action[]
}

export function letterText({ letter, state, key, headers, value, history }: Shown): string {
  const { place, original, origin, group, attempts, replays, code, stack, reason, eventId, valueOmitted } = letter
  const facts = [
    ['letter', place],
    ['state', state],
    ['message', `${original}${origin ? `, written ${time(Number(origin.timestamp))}` : ', first read here'}`],
    ['event id', eventId],
    ['key', key ?? '(none)'],
    ['group', group],
    ['given up', `${time(letter.time)} after ${attempts} attempts and ${replays} replays`],
    ['code', code],
    ['reason', reason],
    ['stack', stack ?? '-'],
  ]
  const headerRows = Object.entries(headers).map(([name, text]) => [`  ${name}`, [text].flat().join(', ')])
  return [
    table(facts),
    '\nheaders',
    headerRows.length > 0 ? table(headerRows) : '  none',
    valueOmitted ? `\nvalue: left out (${valueOmitted})` : valueText(value),
    '\nhistory',
    history.length > 0
      ? history.map((action) => `  ${printable(actionText(action))}`).join('\n')
      : '  nothing was done about it',
  ].join('\n')
}

function valueText(value: ReadableValue): string {
  if ('event' in value)
    return `\nvalue (${value.event})\n${JSON.stringify(value.value, null, 2).replaceAll(/^/gm, '  ')}`
  return `\nvalue: not readable, ${printable(value.why)}${value.hex === null ? '' : `\n  ${value.hex}`}`
}

function actionText(action: Action): string {
  const { by, at, note } = action
  return `${at}  ${outcome(action)} by ${by}${note ? `: ${note}` : ''}`
}

function outcome(action: Action): string {
  switch (action.action) {
    case 'replay-intended':
      return `replay ${action.number} begun, to ${action.to},`
    case 'replayed':
      return `replay ${action.number} ${action.found ? 'found' : 'sent'}, ${action.to},`
    case 'replay-withdrawn':
      return `replay ${action.number} not sent (${action.why}),`
    case 'parked':
      return 'parked'
  }
}

/** The line that goes to stdout for each action. */
export function auditLine(action: Action): string {
  const { letter, group, eventId } = action
  const done = action.action === 'replayed' ? `replayed  ${letter} -> ${action.to}` : `parked  ${letter}`
  const number = action.action === 'replayed' ? `, replay ${action.number}` : ''
  return printable(`${done}  (event ${eventId}, group ${group}${number}, by ${action.by})`)
}

/** What would be done, by cause and target. */
export function planTable(steps: { letter: Letter; to?: string }[], width?: number): string {
  const alike = Map.groupBy(steps, ({ letter: { group, topic, code }, to }) => JSON.stringify([group, topic, code, to]))
  const rows = [...alike.values()].map((same) => {
    const { letter, to } = same[0]!
    return [same.length, letter.group, letter.topic, letter.code, to ?? '-']
  })
  return table([['count', 'group', 'topic', 'code', 'to'], ...rows], width)
}

/** A line for each reason; with the letters' names where they are few. */
export function reasonsOf(what: string, letters: Skipped[]): string[] {
  return [...Map.groupBy(letters, ({ why }) => why)].map(([why, same]) => {
    const names = same.length <= 3 ? `: ${same.map(({ letter }) => letter.place).join(', ')}` : ''
    return `${what} ${same.length}, ${printable(why)}${names}`
  })
}
