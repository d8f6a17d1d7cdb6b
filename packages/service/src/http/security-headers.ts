import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import helmet from 'helmet'

/**
 * Helmet's headers as one flat `[name, value, …]` list. They are the same for every answer, so helmet runs once at boot
 * against a response that is never sent: as a middleware it would set them one by one on each request, and any header
 * set that way also pushes Node off the fast path of `writeHead`. Headers that only matter for documents are left out.
 */
export const securityHeaders: readonly string[] = readFromHelmet()

function readFromHelmet(): string[] {
  const captured = new ServerResponse(new IncomingMessage(new Socket()))
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  })(captured.req, captured, () => {})
  return captured.getHeaderNames().flatMap((name) => [name, String(captured.getHeader(name))])
}
