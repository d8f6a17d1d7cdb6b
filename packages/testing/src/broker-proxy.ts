import { type FaultProxy, faultProxy } from './fault-proxy.ts'
import { testStack } from './stack.ts'

export interface BrokerProxy extends FaultProxy {
  /** Environment of a process whose connections to the broker are to go through the proxy. */
  env: { NODE_OPTIONS: string; FIRSTCOME_REDIRECT: string }
}

/** A fault proxy between one process and the broker, which announces its own address and so can not be reached through another. */
export async function brokerProxy(): Promise<BrokerProxy> {
  const { brokers } = testStack()
  const proxy = await faultProxy(brokers)
  const env = {
    NODE_OPTIONS: `--import ${new URL('./redirect.ts', import.meta.url).href}`,
    FIRSTCOME_REDIRECT: `${new URL(`tcp://${brokers}`).port}=${proxy.port}`,
  }
  return { ...proxy, env }
}
