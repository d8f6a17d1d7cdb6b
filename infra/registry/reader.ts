export interface ReaderConfig {
  /** Address and port it listens on. */
  listen: string
  /** `host:port` of the registry. */
  upstream: string
  /** Writable; all of nginx's own files go below it. */
  folder: string
  /** Whom the workers run as; only root may choose. */
  user?: string
}

/** Where the Confluent-compatible API is; nothing else of the registry is to be had through the door. */
const api = '/apis/ccompat/v7'

/**
 * What a service may ask. The path is looked at as it came and goes on as it came: a name with anything in it that one side
 * might read otherwise than the other is refused, so there are no escapes, and no `..`, in what is not a plain read.
 */
const allowed = [
  [`GET ${api}/`, `~*^(GET|HEAD)\\s${api}/(?!.*(\\.\\.|%2e|%2f|%5c))`],
  [`POST ${api}/subjects/<subject>, a lookup`, `~^POST\\s${api}/subjects/[A-Za-z0-9_-][A-Za-z0-9._-]*(\\?|$)`],
  [
    `POST ${api}/compatibility/…`,
    `~^POST\\s${api}/compatibility/subjects/[A-Za-z0-9_-][A-Za-z0-9._-]*/versions(/[a-z0-9-]+)?(\\?|$)`,
  ],
]

/** In the registry's own words, so that its clients understand: a number that begins with the status, and a text. */
const answer = (status: number, code: number, message: string) =>
  `return ${status} '${JSON.stringify({ error_code: code, message })}';`

/**
 * The read-only door to the schema registry as an nginx configuration: services look schemas up and ask whether one would
 * fit, and can not register, change or delete. Those who may go to the registry itself.
 */
export function renderRegistryReader({ listen, upstream, folder, user }: ReaderConfig): string {
  return `${user ? `user ${user};\n` : ''}daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;

events {
  worker_connections 1024;
}

http {
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;

  server_tokens off;
  default_type application/vnd.schemaregistry.v1+json;
  access_log off;

  map "$request_method $request_uri" $allowed {
${allowed.map(([what, pattern]) => `    # ${what}\n    "${pattern}" 1;`).join('\n')}
    default 0;
  }

  upstream registry {
    server ${upstream} max_fails=0;
    keepalive 16;
    keepalive_timeout 10s;
  }

  server {
    listen ${listen} default_server;
    client_max_body_size 1m;

    error_page 403 = @read_only;
    error_page 502 503 504 = @away;

    location / {
      if ($allowed = 0) {
        return 403;
      }
      proxy_pass http://registry;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_connect_timeout 1s;
      proxy_read_timeout 10s;
    }

    location @read_only {
      ${answer(403, 40301, 'This door to the schema registry is for reading: contracts are registered by the deploy step (contracts register), at the registry itself.')}
    }

    location @away {
      add_header Retry-After 1 always;
      ${answer(503, 50301, 'The schema registry does not answer.')}
    }
  }
}
`
}
