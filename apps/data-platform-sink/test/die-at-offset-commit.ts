import { Socket } from 'node:net'

/** Loaded in front of the sink (`node --import`): the process dies as its first offset commit is about to leave it. */
const OFFSET_COMMIT = 8
const write = Socket.prototype.write as (this: Socket, ...args: unknown[]) => boolean

Socket.prototype.write = function watched(this: Socket, ...args: unknown[]) {
  if (isOffsetCommit(args[0])) process.kill(process.pid, 'SIGKILL')
  return write.apply(this, args)
}

/** A request to Kafka is its size (int32), its kind (int16), a version (int16) and a correlation id (int32). */
function isOffsetCommit(frame: unknown): boolean {
  if (!Buffer.isBuffer(frame) || frame.length < 12) return false
  return frame.readInt32BE(0) === frame.length - 4 && frame.readInt16BE(4) === OFFSET_COMMIT
}
