import { run } from '../system/run.ts'

const advice =
  'Maven Central has to be reachable (a proxy or mirror belongs into ~/.m2/settings.xml). What was downloaded is kept: run the same command again.'

/** The jars of a pom's dependencies, into a folder. */
export async function copyDependencies(pom: string, folder: string): Promise<void> {
  await maven(pom, folder, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`)
}

/** Unpacks one artifact, `group:artifact:version[:type[:classifier]]`, or one file of it, into a folder. */
export async function unpack(pom: string, artifact: string, folder: string, file?: string): Promise<void> {
  const only = file === undefined ? [] : [`-Dmdep.unpack.includes=${file}`]
  await maven(pom, folder, 'dependency:unpack', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`, ...only)
}

function maven(pom: string, folder: string, ...args: string[]): Promise<string> {
  return run(['mvn', '-B', '-q', '-f', pom, `-Dnotes=${folder}/.maven`, ...args], { advice })
}
