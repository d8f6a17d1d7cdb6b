import { z } from 'zod'
import type { Values } from './setting.ts'

const milliseconds = z.coerce.number().int().positive()

/** What every process has, whether or not it speaks HTTP. */
export const serviceSettings = {
  logLevel: {
    env: 'LOG_LEVEL',
    schema: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .describe('lowest level that is logged; debug adds a line for every request'),
  },
  stopTimeoutMs: {
    env: 'STOP_TIMEOUT_MS',
    schema: milliseconds
      .default(25_000)
      .describe('hard bound of a graceful stop in ms; past it the process exits 1 and names what hung'),
  },
}

/** The HTTP server that every service has: its API, where it has one, health and metrics. */
export const httpSettings = {
  port: {
    env: 'PORT',
    schema: z.coerce.number().int().min(0).max(65_535).default(8080).describe('port of the HTTP server'),
  },
  host: { env: 'HOST', schema: z.string().default('127.0.0.1').describe('address the HTTP server binds to') },
  bodyLimit: {
    env: 'BODY_LIMIT_BYTES',
    schema: z.coerce.number().int().positive().default(16_384).describe('largest request body in bytes (413 above)'),
  },
  keepAliveMs: {
    env: 'HTTP_KEEP_ALIVE_MS',
    schema: milliseconds
      .default(75_000)
      .describe(
        'how long an idle connection is kept in ms; above the gateway’s 60 s, so that the gateway closes first',
      ),
  },
  checkAnswers: {
    env: 'HTTP_CHECK_ANSWERS',
    schema: z
      .stringbool()
      .default(false)
      .describe(
        'true: an answer that is not as its route declares is an error and becomes 500; for tests, it costs time',
      ),
  },
  jwks: {
    env: 'JWT_JWKS',
    schema: z
      .string()
      .optional()
      .describe(
        'key set that bearer tokens are checked with: URL or file path; required where a route asks for a user',
      ),
  },
  issuer: { env: 'JWT_ISSUER', schema: z.string().default('firstcome').describe('required `iss` of a bearer token') },
  audience: {
    env: 'JWT_AUDIENCE',
    schema: z.string().default('firstcome').describe('required `aud` of a bearer token'),
  },
  tokenCacheSize: {
    env: 'JWT_CACHE_SIZE',
    schema: z.coerce
      .number()
      .int()
      .positive()
      .default(20_000)
      .describe('how many verified tokens are remembered until they expire (about 0.5 KB each)'),
  },
}

export type ServiceConfig = Values<typeof serviceSettings>
export type HttpConfig = Values<typeof httpSettings>
