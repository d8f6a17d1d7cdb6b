import { setFlagsFromString } from 'node:v8'

/**
 * V8 puts objects of which most survive into the old generation from the start. Those of a request that waits (for Redis, for
 * the broker) look like that under load, and each of them keeps its whole request there, younger objects included, until the
 * next full collection: so more survive, more are put there, and it stays like that for good. A quarter to a third of the
 * processor went into it at the front door (256 connections); about every second start had it.
 *
 * To be called before there is anything to optimise: functions that V8 has optimised by then stay as they are.
 */
export function keepRequestsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}
