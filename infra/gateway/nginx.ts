import { apiDocsMethods, apiDocsPath, renderApiDocs } from './api-docs.ts'
import { type GatewayProblem, problems } from './problems.ts'

/** A path (a pattern) and all below it, or `exactly` that path. What is `readBy` another service takes GET and POST, and no more. */
export interface GatewayRoute {
  path: string
  service: string
  exactly?: boolean
  readBy?: string
}

export interface GatewayConfig {
  /** Address and port it listens on. */
  listen: string
  /** `host:port` of every process of a service, by the service's name; they take turns. */
  upstreams: Record<string, string[]>
  /** Where services are replaced without a pause: each may run on another side as well, and be answered for there. */
  otherSide?: OtherSide
  /** The first that matches. */
  routes: GatewayRoute[]
  /** Holds the page that shows the API, and the document. */
  apiDocs: string
  /** Writable; all of nginx's own files go below it. */
  folder: string
  /** Whom the workers run as; only root may choose. */
  user?: string
  workers?: string
  /** Open files a worker may have; two for each client it serves. */
  files?: number
  /** Requests a second of one client, and how many it may be ahead of that. */
  rate?: number
  burst?: number
}

export interface OtherSide {
  /** As `upstreams`. */
  upstreams: Record<string, string[]>
  /**
   * A service whose name is that of a file in this folder is answered by its other side. It is looked up for every request:
   * to have nginx load its configuration again closes the connections that clients keep, some of which are just being used.
   */
  folder: string
}

/** The edge of the system as an nginx configuration: what comes in, who answers it, how much of it, and what is refused. */
export function renderGateway(config: GatewayConfig): string {
  const { listen, upstreams, otherSide, routes, apiDocs, folder, user } = config
  const { workers = 'auto', files = 16_384, rate = 50, burst = 100 } = config
  const others = Object.entries(otherSide?.upstreams ?? {}).map(
    ([name, addresses]) => [`${name}-b`, addresses] as const,
  )
  return `${user ? `user ${user};\n` : ''}daemon off;
worker_processes ${workers};
worker_rlimit_nofile ${files};
pid ${folder}/nginx.pid;
error_log stderr warn;

events {
  worker_connections ${Math.floor(files / 2)};
  multi_accept on;
}

http {
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;

  server_tokens off;
  default_type application/problem+json;
  keepalive_timeout 65s;
  keepalive_requests 100000;

  # A client's request id is taken over if it is a sane one; it ends up in logs.
  map $http_x_request_id $request_key {
    "~^[A-Za-z0-9._-]{8,64}$" $http_x_request_id;
    default $request_id;
  }
  # Its trace is continued; without one, the trace starts here, and the access log tells its id.
  map $request_id $first_span {
    "~^(?<span>[0-9a-f]{16})" $span;
  }
  map $http_traceparent $traceparent {
    "~^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$" $http_traceparent;
    default "00-$request_id-$first_span-01";
  }
  map $traceparent $trace_id {
    "~^00-(?<trace>[0-9a-f]{32})" $trace;
  }

  # A client is a bearer token, or an address where there is none: a rush of many users from one host is served.
  map $http_authorization $client {
    "" $binary_remote_addr;
    default $http_authorization;
  }
  limit_req_zone $client zone=clients:32m rate=${rate}r/s;
  limit_req_status 429;
  limit_req_log_level info;

${split(routes.filter(isSplit))}${owners(routes)}  log_format access escape=json '{"time":"$time_iso8601","requestId":"$request_key","traceId":"$trace_id",'
    '"method":"$request_method","path":"$uri","status":$status,"bytes":$bytes_sent,"seconds":$request_time,'
    '"upstream":"$upstream_addr","upstreamStatus":"$upstream_status","upstreamSeconds":"$upstream_response_time",'
    '"client":"$remote_addr"}';
  access_log /dev/stdout access;

${[...Object.entries(upstreams), ...others].map(upstream).join('\n')}

  server {
    listen ${listen} backlog=4096 default_server;

    client_max_body_size 16k;
    client_body_buffer_size 16k;
    client_header_timeout 10s;
    client_body_timeout 10s;
    large_client_header_buffers 4 8k;

    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Request-Id $request_key;
    proxy_set_header correlation-id $request_key;
    proxy_set_header traceparent $traceparent;
    proxy_hide_header X-Request-Id;
    proxy_connect_timeout 1s;
    proxy_send_timeout 10s;
    # Longer than the longest wait a client may ask for (Prefer: wait).
    proxy_read_timeout 35s;
    # Where a service has several processes, one that is away is passed over. What may have reached a process is never sent
    # to another, unless it only reads: it could take effect twice.
    proxy_next_upstream error;
    proxy_max_temp_file_size 0;
    add_header X-Request-Id $request_key always;

${problems.map(errorPage).join('\n')}

    # The services' HTTP parser knows no others, and would answer without a word.
    if ($request_method !~ ^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$) {
      return 405;
    }

    location = /healthz {
      access_log off;
      default_type application/json;
      return 200 '{"status":"ok"}';
    }

    location ~ ^/api/coupon-requests/[^/]+/events$ {
${pass('coupon-api', burst, otherSide)}
      proxy_buffering off;
      # The service sends a comment now and then, so a longer silence means that it is gone.
      proxy_read_timeout 1h;
    }
${routes.map((one) => location(one, burst, otherSide)).join('')}${renderApiDocs(apiDocs, burst)}
    # Everything else, /health and /metrics of the services included, is not there.
    location / {
      return 404;
    }
${problems.map((one) => (one.status === 405 ? notAllowed(one, burst, otherSide) : answer(one))).join('')}  }
}
`
}

function upstream([name, addresses]: readonly [string, string[]]): string {
  return `  upstream ${name} {
${addresses.map((address) => `    server ${address} max_fails=0;`).join('\n')}
    keepalive 256;
    keepalive_requests 100000;
    # Shorter than the services keep an idle connection, so that no request is sent into one that is just being closed; and
    # what no longer gets any requests is soon without connections, by which one sees that it may end.
    keepalive_timeout 1s;
  }`
}

type Split = GatewayRoute & { readBy: string }

function isSplit(route: GatewayRoute): route is Split {
  return route.readBy !== undefined
}

const splitMethods = ['GET', 'HEAD', 'POST']
/** The service of a split route, by the request's method. */
const chosen = ({ service, readBy }: Split) => `$${`${service}_or_${readBy}`.replaceAll('-', '_')}`

/** A path of two services is read from one and written to the other; neither could name all methods that it takes. */
function split(routes: Split[]): string {
  const choices = routes.map(
    (route) => `  map $request_method ${chosen(route)} {
    GET ${route.readBy};
    HEAD ${route.readBy};
    default ${route.service};
  }
`,
  )
  return `${choices.join('')}  map $uri $allow {
${routes.map(({ path }) => `    ${path} "${splitMethods.join(', ')}";\n`).join('')}    "~^${apiDocsPath}(/|$)" "${apiDocsMethods.join(', ')}";
  }

`
}

/** Whose path it is, for what nginx refuses by itself. */
function owners(routes: GatewayRoute[]): string {
  const lines = routes.map(({ path, service, exactly }) => `    "~^${path}${exactly ? '$' : '(/|$)'}" ${service};\n`)
  return `  map $uri $owner {
${lines.join('')}  }

`
}

/** `to`: a service, or the variable that holds its name. */
function pass(to: string, burst: number, otherSide?: OtherSide): string {
  const choice = otherSide
    ? `      set $side "";\n      if (-f "${otherSide.folder}/${to}") {\n        set $side -b;\n      }\n`
    : ''
  return `${choice}      limit_req zone=clients burst=${burst} nodelay;
      proxy_pass http://${to}${otherSide ? '$side' : ''};`
}

function location(route: GatewayRoute, burst: number, otherSide?: OtherSide): string {
  const { path, service, exactly } = route
  const refuse = `      if ($request_method !~ ^(${splitMethods.join('|')})$) {\n        return 405;\n      }\n`
  return `
    location ~ ^${path}${exactly ? '$' : '(/|$)'} {
${isSplit(route) ? refuse : ''}${pass(isSplit(route) ? chosen(route) : service, burst, otherSide)}
    }
`
}

/** Of a 405 the status is left to whoever answers: there may be nothing at the path. */
function errorPage(problem: GatewayProblem): string {
  const { statuses, status } = problem
  return `    error_page ${statuses.join(' ')} =${status === 405 ? '' : status} ${placeOf(problem)};`
}

/**
 * A named location keeps the path, which the access log tells; nginx cannot go there from a request whose path it could not read,
 * and would answer 500 and a page of its own.
 */
const placeOf = ({ name, early }: GatewayProblem) => (early ? `/refused/${name}` : `@${name}`)

const bodyOf = (document: object) => JSON.stringify({ ...document, traceId: '$trace_id' })

/**
 * A 405 has to say what is allowed instead. For a path of two services the gateway knows; for the others (nginx itself refuses TRACE,
 * wherever it is sent) the service does, which refuses OPTIONS with a list.
 */
function notAllowed({ name, document }: GatewayProblem, burst: number, otherSide?: OtherSide): string {
  const nothing = problems.find(({ status }) => status === 404)!
  return `
    location @${name} {
      if ($allow) {
        add_header X-Request-Id $request_key always;
        add_header Allow $allow always;
        return 405 '${bodyOf(document)}';
      }
      if ($owner = "") {
        return 404 '${bodyOf(nothing.document)}';
      }
      proxy_method OPTIONS;
${pass('$owner', burst, otherSide)}
    }
`
}

function answer(problem: GatewayProblem): string {
  const { status, document, retryAfter, early } = problem
  const again = retryAfter === undefined ? '' : `\n      add_header Retry-After ${retryAfter} always;`
  return `
    location ${early ? '= ' : ''}${placeOf(problem)} {${early ? '\n      internal;' : ''}
      add_header X-Request-Id $request_key always;${again}
      return ${status} '${bodyOf(document)}';
    }
`
}
