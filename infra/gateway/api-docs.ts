/** Below it lies the page that shows the API, and the document: `/api/docs/openapi.yaml`. */
export const apiDocsPath = '/api/docs'
/** What the page is made of changes its address with each version, so that it can be kept for good. */
export const pageParts = 'swagger-ui-'
export const apiDocsMethods = ['GET', 'HEAD']

/** Nothing but what lies beside the page: no inline script or style, no other host, no frame around it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const oneYear = 31_536_000

/** nginx's locations of the page. `folder` holds its files, readable for the workers. */
export function renderApiDocs(folder: string, burst: number): string {
  const limited = `      if ($request_method !~ ^(${apiDocsMethods.join('|')})$) {
        return 405;
      }
      limit_req zone=clients burst=${burst} nodelay;`
  const files = (below: string, caching: string) => `
    location ^~ ${apiDocsPath}/${below} {
${limited}
      alias ${folder}/${below};
      index index.html;
      types {
        text/html html;
        text/css css;
        text/javascript js;
        text/plain txt;
        image/png png;
        application/yaml yaml;
      }
      charset utf-8;
      charset_types text/css text/javascript text/plain;
      gzip on;
      gzip_vary on;
      gzip_types text/css text/javascript application/yaml;
      add_header Content-Security-Policy "${policy}" always;
      add_header X-Content-Type-Options nosniff always;
      add_header Referrer-Policy no-referrer always;
      add_header X-Request-Id $request_key always;
      add_header Cache-Control "${caching}";
    }
`
  return `
    location = ${apiDocsPath} {
${limited}
      absolute_redirect off;
      return 301 ${apiDocsPath}/;
    }
${files('', 'no-cache')}${files(pageParts, `public, max-age=${oneYear}, immutable`)}`
}
