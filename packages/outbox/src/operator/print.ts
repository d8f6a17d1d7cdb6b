import type { Overview, ParkedEvent } from './parked.ts'

/** For people; lines without the last line feed. */
export function describe({ waiting, waitingAfterFailure, oldestAgeSeconds, parked, events }: Overview): string {
  const age = oldestAgeSeconds === null ? '' : `, the oldest for ${duration(oldestAgeSeconds)}`
  const failed = waitingAfterFailure > 0 ? ` (${waitingAfterFailure} of them after failed tries)` : ''
  const lines = [`waiting: ${waiting}${age}${failed}`, `parked: ${parked}`, ...events.flatMap(describeEvent)]
  if (events.length < parked) lines.push('', `… and ${parked - events.length} more: --limit shows them`)
  return lines.join('\n')
}

function describeEvent(event: ParkedEvent): string[] {
  const { id, topic, key, type, attempts, lastError, addedAt, parkedAt, waitingBehind } = event
  return [
    '',
    id,
    `  ${topic}, key ${key}, ${type}`,
    `  added ${addedAt.toISOString()}, parked ${parkedAt.toISOString()} after ${attempts} tries`,
    `  ${lastError ?? 'no error on record'}`,
    ...(waitingBehind > 0 ? [`  ${waitingBehind} behind it on its key still wait`] : []),
  ]
}

/** Two units at most: 3 d 4 h, 2 min 5 s, 0 s. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const units: [string, number][] = [
    ['d', Math.floor(whole / 86_400)],
    ['h', Math.floor(whole / 3_600) % 24],
    ['min', Math.floor(whole / 60) % 60],
    ['s', whole % 60],
  ]
  const first = units.findIndex(([, count]) => count > 0)
  if (first < 0) return '0 s'
  const shown = units.slice(first, first + 2).filter(([, count]) => count > 0)
  return shown.map(([unit, count]) => `${count} ${unit}`).join(' ')
}
