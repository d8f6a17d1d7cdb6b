/** Something a service holds while it runs: a pool, a consumer, a relay. */
export interface Resource {
  name: string
  /** Called once, in the order of `service.use`, before the HTTP server listens. */
  start?(): Promise<void>
  /** Rejects with the reason when the resource is not healthy at this moment; feeds `/health/ready`. */
  check?(): Promise<void>
  /** Called once, in reverse order, when the service stops. */
  close?(): Promise<void>
}
