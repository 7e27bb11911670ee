# One image for every stage: `docker run rasid connect|work|learn|deliver|web`, or `run` for everything in one container.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/rasid
ENV PATH=/opt/rasid/bin:$PATH
COPY requirements.lock /build/
# docopt is the one package that exists as source only.
RUN pip install --require-hashes --no-deps --only-binary=:all: --no-binary=docopt -r /build/requirements.lock
COPY pyproject.toml README.md LICENSE /build/
COPY rasid /build/rasid
COPY connectors /build/connectors
COPY streams /build/streams
COPY alerts /build/alerts
RUN pip install --no-deps --no-build-isolation /build

FROM python:3.11-slim
RUN groupadd --system --gid 10001 rasid \
 && useradd --system --uid 10001 --gid rasid --home-dir /data --shell /usr/sbin/nologin rasid \
 && install -d -o rasid -g rasid /data
COPY --from=build /opt/rasid /opt/rasid
COPY deploy/healthcheck.py /usr/local/bin/healthcheck
COPY seeds /app/seeds
# Inside a container, loopback would reach nobody; which ports leave the container is said where it is started.
ENV PATH=/opt/rasid/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data \
    RASID_DATA_DIR=/data \
    RASID_HEALTH__HOST=0.0.0.0 \
    RASID_WEB__HOST=0.0.0.0
WORKDIR /app
USER rasid
# Nothing outside /data and /tmp is written: run it with --read-only --tmpfs /tmp.
VOLUME /data
EXPOSE 8080 9101 9102 9103 9104
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["healthcheck", "8080"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["rasid"]
CMD ["run"]
