# A worker as it runs on AWS: one file on Node, as a user that owns nothing. ops/image bundles the file and makes the context, so
# nothing runs in here: it builds for a processor that is not the machine's, in a job without privileges, to the same bytes.
FROM node:24.21.0-bookworm-slim AS service
ARG SERVICE
LABEL org.opencontainers.image.title=${SERVICE}
ENV NODE_ENV=production
WORKDIR /app
COPY service.mjs service.mjs.map ./
USER 65532:65532
ENTRYPOINT ["node", "--enable-source-maps", "service.mjs"]

# The environment of a developer in containers: one image for all of its programs, the command names which (compose.yaml).
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /source
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node ops/run.mjs local/container/write-programs.ts

FROM node:24.21.0-bookworm-slim AS local
ENV NODE_ENV=production
WORKDIR /app
RUN mkdir /data && chown node:node /data
# What is no JavaScript alone; every other package is in the programs (local/container/build-programs.ts).
COPY --from=build /source/node_modules/@node-rs ./node_modules/@node-rs
COPY --from=build /source/node_modules/swagger-ui-dist ./node_modules/swagger-ui-dist
COPY --from=build /source/build/container ./
USER node
EXPOSE 8080
ENTRYPOINT ["node", "--enable-source-maps"]
