# One image for every program of the environment: the command names which (compose.yaml).
FROM node:24.21.0-bookworm-slim AS source
WORKDIR /source
COPY package.json package-lock.json ./

FROM source AS build
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node ops/run.mjs local/container/write-programs.ts

FROM source AS packages
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=packages /source/node_modules ./node_modules
COPY --from=build /source/build/container ./
USER node
EXPOSE 8080
HEALTHCHECK --interval=2s --timeout=3s --retries=30 CMD ["node", "healthcheck.mjs"]
ENTRYPOINT ["node", "--enable-source-maps"]
