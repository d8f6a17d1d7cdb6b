/** Where a record lies in the log: what a letter is called by. */
export interface Place {
  /** With prefix. */
  topic: string
  partition: number
  offset: number
}

/** `<topic>/<partition>/<offset>` */
export const placeName = ({ topic, partition, offset }: Place): string => `${topic}/${partition}/${offset}`

/** Undefined for anything that is not a place's name. */
export function parsePlace(name: string): Place | undefined {
  const [, topic, partition, offset] = /^([\w.-]+)\/(\d+)\/(\d+)$/.exec(name) ?? []
  if (topic === undefined) return undefined
  return { topic, partition: Number(partition), offset: Number(offset) }
}
