# The application in a container: the bundle and Node (decision 55, docs/deploy.md).
#
#   docker build -t dossier .
#   docker run … dossier serve | worker | migrate | storage provision | storage doctor | person … | health
#
# Any base image with Node 22.12 or newer, npm and glibc works.
ARG NODE=docker.io/library/node:24-bookworm-slim

# Pass the deployed image to keep its static files for open pages, a week long (STATIC_KEEP):
#   --build-context previous=docker-image://registry.example.org/dossier:1
FROM ${NODE} AS previous
RUN mkdir -p /app/.static

FROM ${NODE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# No install scripts, so the lockfile names everything that is downloaded.
RUN npm ci --include=dev --ignore-scripts
COPY . .
COPY --from=previous /app/.static ./.static
# Host of the published static files. The build writes it into every page.
ARG ASSET_PREFIX=
RUN npm run bundle -- /app

FROM ${NODE} AS app
ARG ASSET_PREFIX=
ARG VERSION=
ARG REVISION=
LABEL org.opencontainers.image.title="Dossier" \
      org.opencontainers.image.description="Profiles people show, documents only reviewers see." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# `docker run` passes the settings. Without DATABASE_URL and AUTH_SECRET nothing starts.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data \
    ASSET_PREFIX=${ASSET_PREFIX}
WORKDIR /app
COPY --from=build /app ./
# The only folder that is written, with STORAGE=local. The rest can be mounted read-only.
RUN mkdir /data && chown 10001:10001 /data
USER 10001:10001
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["node", "bin/dossier.mjs", "health"]
# Node is process 1, so SIGTERM reaches it and it can finish its requests.
ENTRYPOINT ["node", "bin/dossier.mjs"]
CMD ["serve"]
