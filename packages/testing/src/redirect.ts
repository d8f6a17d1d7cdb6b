import net from 'node:net'

/**
 * Loaded before the service (`NODE_OPTIONS=--import`): connections to one local port go to another. Brokers announce their
 * own addresses, so a faulty network between a service and Kafka has no other place. `FIRSTCOME_REDIRECT` is `from=to`.
 */
const [from, to] = (process.env.FIRSTCOME_REDIRECT ?? '').split('=').map(Number)
const connect = net.connect.bind(net) as (options: net.NetConnectOpts) => net.Socket

Object.assign(net, {
  connect: (options: net.TcpNetConnectOpts) => connect(options.port === from ? { ...options, port: to! } : options),
})
