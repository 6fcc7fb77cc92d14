# mailcensus: the scheduler by default, any other verb as arguments. Data lies in /srv/mailcensus.
FROM node:20-slim AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/mailcensus
COPY package.json package-lock.json ./
RUN npm ci --include=dev --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
COPY workers workers
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:20-slim
RUN useradd --system --uid 10001 --home-dir /srv/mailcensus --create-home mailcensus
WORKDIR /opt/mailcensus
COPY --from=build /opt/mailcensus/package.json ./
COPY --from=build /opt/mailcensus/node_modules node_modules
COPY --from=build /opt/mailcensus/dist dist
COPY data data
USER mailcensus
WORKDIR /srv/mailcensus
VOLUME /srv/mailcensus
EXPOSE 9464
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The flags of scripts/node-flags.
ENTRYPOINT ["node", "--min-semi-space-size=8", "--max-semi-space-size=8", "/opt/mailcensus/dist/src/cli/main.js"]
CMD ["schedule", "--log", "json", "--metrics", "9464", "--metrics-host", "0.0.0.0"]
