# The image of a team server: web, worker and clock run from it, each with its own command (docker-compose.yml).
FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data HOST=0.0.0.0 PORT=8000

WORKDIR /app
COPY requirements/ requirements/
RUN sh requirements/system.sh pdf \
    && rm -rf /var/lib/apt/lists/* \
    && pip install --no-cache-dir --disable-pip-version-check -r requirements/base.txt \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin scorecard \
    && install -d -o scorecard -g scorecard /data

COPY . .
# Static files are collected and texts compiled into the image, so that a start writes nothing but data.
RUN DATA_DIR=/tmp/build python manage.py catalogs compile \
    && DATA_DIR=/tmp/build python manage.py collectstatic --noinput -v0 -i datasets -i templates -i widgetbundle.js \
    && mv /tmp/build/static /app/collected \
    && rm -rf /tmp/build
ENV STATIC_ROOT=/app/collected

USER scorecard
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(urllib.request.Request(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health/web/', headers={'Host': 'localhost'}), timeout=4)"]
CMD ["sh", "-c", "exec gunicorn scorecard.wsgi:application --bind $HOST:$PORT --workers ${WEB_CONCURRENCY:-2} --threads 4 --timeout 60 --logger-class scorecard.logs.AccessLogger --access-logfile - --no-control-socket"]
