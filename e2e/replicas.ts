import { type Replicas, runningInstances, type ServiceName, stack } from '@firstcome/local'

/** Coupons run on several processes, as a rush would have it: all stories are told through whichever of them answers. */
export const replicas: Replicas = { 'coupon-api': 3, 'coupon-worker': 2 }

/** Name and port of every process of a service; the port is another one once it has been replaced. */
export const processesOf = (service: ServiceName) =>
  runningInstances(stack('test')).filter((one) => one.service.name === service)
