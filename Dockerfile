# The project as an image, for work pools of Docker and Kubernetes: docs/deployment.md. A run keeps its home in /data.
FROM python:3.11-slim

RUN useradd --create-home --uid 10001 diminishing && install --directory --owner diminishing /data

WORKDIR /app
COPY pyproject.toml requirements.lock ./
# The versions of the lock, and of them what a run needs: no tools of the tests. Its hashes are checked.
RUN pip install --no-cache-dir "$(grep --only-matching '^uv==[^ ]*' requirements.lock)" \
    && uv pip install --system --no-cache --requirements pyproject.toml --extra dask --extra s3 --constraints requirements.lock

COPY flows flows
COPY schemas schemas
COPY tasks tasks
COPY warehouse warehouse
COPY docs docs
COPY CITATION.cff prefect.yaml ./

ENV PYTHONPATH=/app \
    DIMINISHING_HOME=/data \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    DO_NOT_TRACK=1
USER 10001
VOLUME /data
CMD ["python", "-m", "flows", "nightly"]
