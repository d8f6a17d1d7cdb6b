import { createServer } from 'node:http'

/** A process to start: says its environment, is ready at the second try, ends in order on SIGTERM. */
const { PORT, PARROT } = process.env
if (PARROT === 'dead') throw new Error('this parrot is no more')

let asked = 0
const server = createServer((req, res) => {
  if (req.url === '/health/ready') res.writeHead(++asked > 1 ? 200 : 503).end()
  else res.end(JSON.stringify(process.env))
})
process.on('SIGTERM', () => {
  console.log(JSON.stringify({ msg: 'goodbye' }))
  process.exit(3)
})
server.listen(Number(PORT), '127.0.0.1', () => console.log('no JSON'))
