import { basename } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { withoutUnusedParts } from './left-out.ts'

/** The bundles use its syntax; images and the local system run it. */
export const nodeMajor = 26

export interface Bundle {
  /** The file of each entry; its name changes with its content. */
  entries: Record<string, string>
  /** Bytes that each package has in `main`, the largest first. */
  parts: { name: string; bytes: number }[]
}

/**
 * Each entry in one file, with everything it imports, and its source map. Not minified: it would start no faster (measured),
 * and its stack traces and profiles would need the map to be read at all.
 */
export async function bundle(folder: string, outdir: string, entryPoints: Record<string, string>): Promise<Bundle> {
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints,
    entryNames: '[name]-[hash]',
    outdir,
    bundle: true,
    platform: 'node',
    target: `node${nodeMajor}`,
    format: 'esm',
    sourcemap: true,
    // Not the workspace's, which an image is built without: nothing in it but this is about what is made of the sources.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    // A trace names files and lines; the text of the lines is in the repository, and would be half of the artifact.
    sourcesContent: false,
    // Stack traces and metrics name functions and errors.
    keepNames: true,
    // CommonJS dependencies ask for these, which an ES module does not have.
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'
import { dirname as __dirnameOf } from 'node:path'
const require = __createRequire(import.meta.url), __filename = import.meta.filename, __dirname = __dirnameOf(__filename);`,
    },
    // Native parts (snappy) are copied in beside the bundle: those that are installed, which is to say this platform's.
    loader: { '.node': 'copy' },
    plugins: [withoutUnusedParts],
    metafile: true,
    logLevel: 'warning',
    logOverride: { 'require-resolve-not-external': 'silent' },
  })
  const outputs = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint !== undefined)
  const entries = Object.keys(entryPoints).map((entry) => [
    entry,
    basename(outputs.find(([file]) => basename(file).startsWith(`${entry}-`))![0]),
  ])
  const main = outputs.find(([file]) => basename(file).startsWith('main-'))!
  return { entries: Object.fromEntries(entries), parts: partsOf(main[1]) }
}

function partsOf({ inputs }: Metafile['outputs'][string]): Bundle['parts'] {
  const sizes = new Map<string, number>()
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const name = packageOf(file)
    sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput)
  }
  return [...sizes].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes)
}

/** `kafkajs`, `@scope/name`, `packages/kafka`; what remains is the app's own. */
function packageOf(file: string): string {
  const installed = file.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//)
  return installed?.[1] ?? file.match(/(packages\/[^/]+)\//)?.[1] ?? 'the app itself'
}
