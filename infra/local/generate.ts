import { generators } from './src/generate/generators.ts'

/** `npm run generate` writes everything that follows from something else; with --check it says what is out of date and ends with 1. */
const check = process.argv.includes('--check')
const changed = (await Promise.all(generators.map((generate) => generate(check)))).flat()
if (changed.length === 0) console.log('Everything generated is up to date.')
else console.log(changed.map((one) => `${check ? 'out of date' : 'written'}: ${one}`).join('\n'))
if (check && changed.length > 0) {
  console.error('Run `npm run generate` and commit what it writes.')
  process.exitCode = 1
}
