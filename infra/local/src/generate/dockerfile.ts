import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths.ts'
import type { ServiceDefinition, ServiceName } from '../stack.ts'
import { nodeImage } from './image-versions.ts'

interface RootManifest {
  packageManager: string
  version: string
  license: string
  devDependencies: Record<string, string>
}
const manifest: RootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const about: Record<ServiceName, string> = {
  'order-service': 'places and confirms orders',
  'payment-api': 'takes payments and refunds them',
  'coupon-api': 'the public edge of coupons',
  'coupon-worker': 'decides who gets a coupon',
  'data-platform-sink': 'stores the facts of orders',
  'ranking-service': 'keeps the board of best sellers',
}

/** A service's image; written to apps/<name>/Dockerfile. The six are the same but for the name. */
export function renderDockerfile({ name }: ServiceDefinition): string {
  const { packageManager, version, license, devDependencies } = manifest
  return `# syntax=docker/dockerfile:1
# Generated from infra/local/src/generate/dockerfile.ts by \`npm run generate\`: change it there.
#   docker build --file apps/${name}/Dockerfile --tag firstcome/${name} .
#   docker run firstcome/${name}                the service
#   docker run firstcome/${name} register.js    a step of its deployment: register.js, topics.js, migrate.js

# Only what this service is made of: a change to anything else leaves all that follows in the cache.
FROM ${nodeImage} AS pruned
WORKDIR /repository
COPY . .
RUN --mount=type=cache,target=/root/.npm \\
    npx --yes turbo@${devDependencies.turbo} prune ${name} --docker

# What it needs at run time, and the bundler; packages change less often than sources, so they come first.
FROM ${nodeImage} AS built
WORKDIR /workspace
COPY --from=pruned /repository/out/json/ ./
RUN --mount=type=cache,target=/root/.npm --mount=type=cache,target=/pnpm/store \\
    npx --yes ${packageManager} install --prod --frozen-lockfile --store-dir /pnpm/store \\
      --filter-prod ${name}... --filter @firstcome/build
COPY --from=pruned /repository/out/full/ ./
WORKDIR /workspace/apps/${name}
RUN ["npm", "run", "build"]

FROM ${nodeImage}
LABEL org.opencontainers.image.title="${name}" \\
      org.opencontainers.image.description="Firstcome: ${about[name]}" \\
      org.opencontainers.image.version="${version}" \\
      org.opencontainers.image.licenses="${license}"
ENV NODE_ENV=production \\
    HOST=0.0.0.0 \\
    PORT=8080
WORKDIR /app
# They stay root's: the service may read them, and change nothing.
COPY --from=built /workspace/apps/${name}/dist/ ./
# The user \`node\`, as a number: an orchestrator can see that it is not root.
USER 1000:1000
EXPOSE 8080
STOPSIGNAL SIGTERM
# Alive, not ready: a service that waits for Kafka is well, and starting it anew would not help.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \\
  CMD ["node", "-e", "fetch(\`http://127.0.0.1:\${process.env.PORT}/health/live\`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the first process: it is the one that the signals reach, and it handles them.
ENTRYPOINT ["node"]
CMD ["main.js"]
`
}
