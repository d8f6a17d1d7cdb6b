import { join } from 'node:path'
import type { Owner } from '../../ownership.mjs'
import { readJson } from '../system/json-file.ts'

export type Phase = 'waiting' | 'starting' | 'ready' | 'backoff' | 'stopping' | 'stopped'

export interface ProcessState {
  name: string
  port: number
  phase: Phase
  /** Set while it runs. */
  process?: Owner
  cwd: string
  revision: string
  /** Epoch ms of its last start. */
  startedAt?: number
  restarts: number
  /** How it ended last, in words. */
  lastExit?: string
  /** How that one ended whose place it took, in words. */
  predecessor?: string
}

/** A supervisor of version 2 can have one process take the place of another. */
export const supervisorVersion = 2

export interface SupervisorState {
  supervisor: Owner
  /** What it can do; it runs on the sources that it was started with. */
  version?: number
  processes: ProcessState[]
}

export const stateFile = (folder: string) => join(folder, 'state.json')
export const wantedFile = (folder: string) => join(folder, 'wanted.json')
export const logFile = (folder: string, name: string) => join(folder, 'logs', `${name}.log`)

export const readState = (folder: string) => readJson<SupervisorState>(stateFile(folder))
