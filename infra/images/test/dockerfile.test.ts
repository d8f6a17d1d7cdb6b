import { expect, test } from 'vitest'
import { commandOf, flagOf, pairsOf, parseDockerfile } from '../src/dockerfile.ts'

test('a Dockerfile is its stages, each with its instructions, long ones on several lines', () => {
  const [first, second] = parseDockerfile(`# syntax=docker/dockerfile:1
FROM node:26 AS built
WORKDIR /a
# why
RUN --mount=type=cache,target=/c --mount=type=cache,target=/d \\
    npm install \\
      --prod

FROM node:26
COPY --from=built /a/ ./
`)
  expect(first).toMatchObject({ base: 'node:26', name: 'built' })
  expect(first!.instructions[1]).toEqual({
    name: 'RUN',
    flags: ['--mount=type=cache,target=/c', '--mount=type=cache,target=/d'],
    text: 'npm install --prod',
  })
  expect(second).toMatchObject({ name: '1', instructions: [{ name: 'COPY', text: '/a/ ./' }] })
  expect(flagOf(second!.instructions[0]!, 'from')).toBe('built')
})

test('a command is a list, or a line for the shell', () => {
  expect(commandOf('["node", "main.js"]')).toEqual(['node', 'main.js'])
  expect(commandOf('npm run build')).toEqual(['sh', '-c', 'npm run build'])
})

test('the values of labels may have spaces', () => {
  expect(pairsOf('org.x.title="coupon-api" org.x.description="the \\"edge\\" of coupons" A=1')).toEqual({
    'org.x.title': 'coupon-api',
    'org.x.description': 'the "edge" of coupons',
    A: '1',
  })
})

test('an instruction before the first stage is refused', () => {
  expect(() => parseDockerfile('RUN true\nFROM node')).toThrow('before the first FROM')
})
