# runner in an image: docker run --rm --init -v "$PWD:/workspace" runner --category unit
FROM node:24-bookworm-slim AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm pack --pack-destination /tmp && mv /tmp/unified-test-runner-*.tgz /tmp/runner.tgz

FROM node:24-bookworm-slim
# git for --detect-flakes, and for the commit that reports are of.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends git \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /tmp/runner.tgz /tmp/runner.tgz
RUN npm install --global /tmp/runner.tgz && rm /tmp/runner.tgz
WORKDIR /workspace
USER 1000
ENTRYPOINT ["runner"]
CMD ["--help"]
