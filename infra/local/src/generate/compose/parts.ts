import { basePorts } from '../../stack.ts'

/** What the services of a compose file are put together from. */

/** Reachable from this machine, and from no other. */
export const publish = (name: keyof typeof basePorts, port: number) => [`127.0.0.1:${basePorts[name]}:${port}`]

export const healthy = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { condition: 'service_healthy' }]))

export const done = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { condition: 'service_completed_successfully' }]))

/** A line for the shell, or a program and its arguments. */
export const check = (...test: string[]) => ({
  test: test.length === 1 ? ['CMD-SHELL', ...test] : ['CMD', ...test],
  interval: '2s',
  timeout: '5s',
  retries: 60,
  start_interval: '1s',
  start_period: '60s',
})

export const limits = (cpus: number, memory: string) => ({
  resources: { limits: { cpus: String(cpus), memory } },
})

/** What runs for good comes back after a failure and after a reboot, until somebody stops it. */
export const keepsRunning = { restart: 'unless-stopped' }

/** Nothing in the container may become more than it is. */
export const unprivileged = {
  security_opt: ['no-new-privileges:true'],
  cap_drop: ['ALL'],
  read_only: true,
  tmpfs: ['/tmp'],
}

/** A variable that `npm start -- --docker` sets, and that nobody has for another purpose; compose says so when it is missing. */
export const secret = (name: string) =>
  `\${${settingName(name)}:?npm start -- --docker writes .local/local/compose.env}`
export const settingName = (name: string) => `FIRSTCOME_${name}`

export const passwordVariable = (role: string) => `${role.toUpperCase()}_PASSWORD`
export const password = (role: string) => secret(passwordVariable(role))
export const clusterIdVariable = 'KAFKA_CLUSTER_ID'
