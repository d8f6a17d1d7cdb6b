/**
 * How many a second, of things that happened at these times (milliseconds, in any order): from the first moment by which `skip` of
 * them had happened to the last of all. What came at that moment had happened before, and does not count.
 */
export function rateAfter(times: number[], skip: number): number {
  const sorted = Float64Array.from(times).sort()
  const began = sorted[Math.min(skip, sorted.length - 1)]!
  const ended = sorted.at(-1)!
  const counted = sorted.filter((time) => time > began).length
  // So few that all came at one moment: in a quick run, whose figures mean nothing.
  if (counted === 0) return sorted.length * 1000
  return (counted * 1000) / (ended - began)
}
