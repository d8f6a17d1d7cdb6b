import { expect, test } from 'vitest'
import { instancesOf, isReplica, readReplicas, type Side, serviceOf } from './replicas.ts'
import { services, stack } from './stack.ts'

test('one of each service runs, where nothing is said', () => {
  const local = stack('local')
  expect(readReplicas('')).toEqual({})
  expect(instancesOf(local).map(({ name, port }) => [name, port])).toEqual(
    services.map(({ name }) => [name, local.ports[name]]),
  )
})

test('replicas are named and have ports of their own', () => {
  const { ports } = stack('local')
  const instances = instancesOf(stack('local'), readReplicas('coupon-api=3, coupon-worker=2'))
  expect(instances.filter(({ service }) => service.name === 'coupon-api')).toMatchObject([
    { name: 'coupon-api', port: ports['coupon-api'] },
    { name: 'coupon-api-2', port: ports['coupon-api'] + 100 },
    { name: 'coupon-api-3', port: ports['coupon-api'] + 200 },
  ])
  expect(instances).toHaveLength(services.length + 3)
})

test('with the most replicas of everything, no two processes of the two stacks meet, on either side', () => {
  const most = Object.fromEntries(services.map(({ name }) => [name, 9]))
  const sides: Side[] = ['a', 'b']
  const used = [stack('local'), stack('test')].flatMap((one) => [
    ...sides.flatMap((side) => instancesOf(one, most, () => side).map(({ port }) => port)),
    ...Object.entries(one.ports).flatMap(([name, port]) => (name in most ? [] : [port])),
  ])
  expect(new Set(used).size).toBe(used.length)
})

test('a process is known by its name', () => {
  expect(serviceOf('coupon-api')?.name).toBe('coupon-api')
  expect(serviceOf('coupon-api-2')?.name).toBe('coupon-api')
  expect(serviceOf('coupon-api-next')).toBeUndefined()
  expect(serviceOf('gateway')).toBeUndefined()
  expect(['coupon-api', 'coupon-api-2', 'coupon-api-2-next'].map(isReplica)).toEqual([false, true, false])
})

test.each(['coupon-api=0', 'coupon-api=10', 'coupon-api', 'coupon-api=two'])('%s is refused by name', (text) => {
  expect(() => readReplicas(text)).toThrow(/FIRSTCOME_REPLICAS: .* should be coupon-api=<1 to 9>/)
})

test('a service that there is not is refused, with those that there are', () => {
  expect(() => readReplicas('coupon=2')).toThrow(/no service coupon, only .*coupon-api/)
})
