# The application in a container: what `npm run bundle` lays out, Node, and nothing else (decision 55, docs/deploy.md).
#
#   docker build -t dossier .
#   docker run … dossier serve | worker | migrate | storage provision | storage doctor | person … | health
#
# Any image that has Node 22.12 or newer and npm, on glibc.
ARG NODE=docker.io/library/node:24-bookworm-slim

# Stands for the image that is deployed now: --build-context previous=docker-image://registry.example.org/dossier:1 takes over its static
# files, which are kept for a week (STATIC_KEEP) for pages that are still open.
FROM ${NODE} AS previous
RUN mkdir -p /app/.static

FROM ${NODE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# No install scripts: nothing is downloaded that the lockfile does not know.
RUN npm ci --include=dev --ignore-scripts
COPY . .
COPY --from=previous /app/.static ./.static
# Host that serves the published static files; it is written into every page.
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
# Settings come with `docker run`: none of them is a secret here, and without DATABASE_URL and AUTH_SECRET nothing starts.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data \
    ASSET_PREFIX=${ASSET_PREFIX}
WORKDIR /app
COPY --from=build /app ./
# The one folder that is ever written, and only with STORAGE=local: everything else may be mounted read-only.
RUN mkdir /data && chown 10001:10001 /data
USER 10001:10001
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["node", "bin/dossier.mjs", "health"]
# Node itself is process 1, so that SIGTERM reaches it: it ends its requests and then itself.
ENTRYPOINT ["node", "bin/dossier.mjs"]
CMD ["serve"]
