import express, { type Request, type Response } from 'express'
import { problems } from './problems.ts'

/** Reads a JSON body into `req.body`. Rejects with body-parser's errors, or 415 for anything that is not plain JSON. */
export function createBodyReader(limit: number): (req: Request, res: Response) => Promise<void> {
  // Compressed bodies are refused: 16 KiB need no compression, and the limit must hold for what is parsed.
  const parse = express.json({ limit, inflate: false, type: isJson })

  return (req, res) =>
    new Promise((resolve, reject) => {
      // body-parser reads an empty body as `{}`; here no body is no body, whichever way it is said.
      if (req.headers['content-length'] === '0') return resolve()
      parse(req, res, (error?: unknown) => {
        if (error !== undefined) reject(error)
        else if (req.body === undefined && hasBody(req)) reject(problems.unsupportedMediaType())
        else resolve()
      })
    })
}

const JSON_TYPE = /^application\/(?:json|[\w.-]+\+json)\s*(?:;|$)/i

function isJson(req: { headers: Record<string, string | string[] | undefined> }): boolean {
  const type = req.headers['content-type']
  return type === 'application/json' || (typeof type === 'string' && JSON_TYPE.test(type))
}

function hasBody(req: Request): boolean {
  return req.headers['transfer-encoding'] !== undefined || req.headers['content-length'] !== undefined
}
