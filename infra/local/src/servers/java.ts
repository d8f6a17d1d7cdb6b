import { StepError } from '../progress.ts'
import { onPath } from '../system/on-path.ts'

/** A Java command line tuned for a short start and little memory: these servers do little here and live long enough. */
export function java(heap: string, ...args: string[]): string[] {
  const home = process.env.JAVA_HOME
  const program = home ? `${home}/bin/java` : onPath('java')
  if (!program) throw new StepError('Java is not installed.', { advice: 'Install a Java 17 (or newer) runtime.' })
  return [
    program,
    `-Xmx${heap}`,
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-Xshare:auto',
    '-Djava.awt.headless=true',
    ...args,
  ]
}
