# Tidemark without the playground, and without what only its developers need.
#
#   docker build -t tidemark .
#   docker build -t tidemark --build-arg CLIENT=mariadb:11.4 .
#
# CLIENT is the official image of the server's own series: mysql:9.7 (the default), mysql:8.4, mysql:8.0, mariadb:10.11, … The
# client programs are taken out of it, because mysqldump must be of the server's flavour and series, and Debian carries MariaDB's
# only, under MySQL's names too. (MySQL's images have no mysqlbinlog: doctor warns of it; full backups do not need it, the binlog stream does.)
# For servers of several series mount more of them, made by scripts/collect-client.sh, and name each as a source's clientDir.
ARG CLIENT=mysql:9.7

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/
COPY src src
RUN npm run build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM ${CLIENT} AS client
USER root
COPY scripts/collect-client.sh /
RUN sh /collect-client.sh /opt/client

FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends zstd tini \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node -m 0700 /etc/tidemark /var/lib/tidemark /backup
COPY --from=client /opt/client /opt/client
WORKDIR /app
COPY package.json LICENSE manifest.yml ./
COPY examples examples
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN ln -s /app/dist/main.js /usr/local/bin/tidemark
ENV NODE_ENV=production PATH=/opt/client/bin:$PATH

# uid 1000: what is mounted must be its own. Configuration and keys, state, backups:
USER node
WORKDIR /etc/tidemark
VOLUME ["/etc/tidemark", "/var/lib/tidemark", "/backup"]

# No HEALTHCHECK: when the bot ends, so does the container, and every command that could look would write itself into the audit log.
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "tidemark"]
CMD ["start"]
