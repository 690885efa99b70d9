# The command `gateproof`, and so the mock identity provider (`idp`), the reference API (`api`) and the suite (`test`).
# `--target load` adds k6 for `load`.

ARG NODE_IMAGE=node:24.21.0-bookworm-slim
ARG K6_IMAGE=grafana/k6:2.2.0

FROM ${NODE_IMAGE} AS package
WORKDIR /build
COPY package.json package-lock.json ./
# Scripts of dependencies stay unrun; none of those that are kept has any.
RUN npm ci --ignore-scripts --no-fund --no-audit
COPY . .
RUN npm run --silent build && npm prune --omit=dev --ignore-scripts --no-fund --no-audit

FROM ${K6_IMAGE} AS k6

FROM ${NODE_IMAGE} AS gateproof
ENV NODE_ENV=production
WORKDIR /gateproof
COPY --from=package /build/node_modules node_modules
COPY --from=package /build/dist dist
COPY --from=package /build/bin bin
COPY --from=package /build/spec/openapi.yaml spec/
COPY --from=package /build/spec/requirements spec/requirements
COPY --from=package /build/spec/requirement-sets spec/requirement-sets
COPY --from=package /build/conformance/reports/report.schema.json conformance/reports/
COPY --from=package /build/package.json ./
# It writes to /tmp alone.
USER 1000:1000
ENTRYPOINT ["node", "/gateproof/bin/gateproof.js"]
CMD ["--help"]

FROM gateproof AS load
COPY --from=k6 /usr/bin/k6 /usr/bin/k6
ENV K6_BIN=/usr/bin/k6

# The last one is what `docker build .` makes.
FROM gateproof
