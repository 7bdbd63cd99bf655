"""An ordinary day of the demo cluster: people at work, busy bots, servers joining, and noise.

Drawn at random from the habits of the cast.  What has to happen, and when, is in
``stories``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from . import accounts, sessions
from .events import Actor, Entry, at_usual_place, stamp
from .people import (
    ALICE,
    ANNIE,
    BILLING,
    BOB,
    BOT_BACKUP,
    BOT_CI,
    CAROL,
    DATABASES,
    DESKTOPS,
    ERIN,
    FRANK,
    HOSTS,
    LEGACY,
    ORDERS,
    PROD,
    STAFF,
    STAGING,
    User,
)

Habit = Callable[[Random, datetime, Actor], Iterator[Entry]]

_COMMANDS = (
    "uptime",
    "sudo systemctl restart nginx",
    "journalctl -u shop --since today",
    "tar czf /tmp/logs.tgz /var/log/nginx",
    "cat /etc/hostname",
    "ls -l /etc/passwd.d",
)
_SCANNER = "198.51.100.200"


def _ssh(rng: Random, at: datetime, actor: Actor) -> Iterator[Entry]:
    login, host = rng.choice(actor.user.logins), rng.choice(HOSTS)
    # An agentless server has no recorder that sees programs.
    commands = 0 if host is LEGACY else rng.randrange(4)
    return sessions.ssh_session(rng, at, actor, host, login, commands)


def _command(rng: Random, at: datetime, actor: Actor) -> Iterator[Entry]:
    login, host = rng.choice(actor.user.logins), rng.choice(HOSTS)
    run = sessions.failing_ssh_command if rng.random() < 0.15 else sessions.ssh_command
    return run(rng, at, actor, host, login, rng.choice(_COMMANDS))


def _kube(rng: Random, at: datetime, actor: Actor) -> Iterator[Entry]:
    return sessions.kube_requests(rng, at, actor, rng.choice((PROD, STAGING)), rng.randrange(1, 4))


def _database(rng: Random, at: datetime, actor: Actor) -> Iterator[Entry]:
    database, own = rng.choice(DATABASES), actor.user.name.split(".")[0]
    superuser = database.protocol == "postgres" and actor.user is CAROL and rng.random() < 0.4
    db_user = "postgres" if superuser else own
    if actor.mfa:
        yield from accounts.database_certificate(rng, at, actor, database, db_user)
        at += timedelta(seconds=rng.randrange(2, 9))
    yield from sessions.db_session(rng, at, actor, database, db_user, rng.randrange(1, 4))


def _web_app(rng: Random, at: datetime, actor: Actor) -> Iterator[Entry]:
    return sessions.app_session(rng, at, actor)


def _saml(rng: Random, at: datetime, actor: Actor) -> Iterator[Entry]:
    return accounts.saml_login(rng, at, actor)


def _desktop(rng: Random, at: datetime, actor: Actor) -> Iterator[Entry]:
    return sessions.desktop_session(rng, at, actor, rng.choice(DESKTOPS))


HABITS: Mapping[str, Habit] = {
    "command": _command,
    "database": _database,
    "desktop": _desktop,
    "kube": _kube,
    "saml": _saml,
    "ssh": _ssh,
    "web app": _web_app,
}


def ordinary_day(rng: Random, day: datetime) -> Iterator[Entry]:
    """Everything that happens on ``day`` (its midnight, UTC) by chance; not in order of time."""
    working = day.weekday() < 5
    if working:
        for user in STAFF:
            if rng.random() < 0.92:
                yield from _at_work(rng, day, user)
        yield from _joining_servers(rng, day)
        yield from _wrong_accounts(rng, day)
    else:
        yield from _on_call(rng, day)
    yield from _ci_runs(rng, day, 14 if working else 4)
    yield from _backup(rng, day)
    yield from _scanner(rng, day)


def _between(rng: Random, day: datetime, first_hour: float, last_hour: float) -> datetime:
    first, last = int(first_hour * 3_600_000), int(last_hour * 3_600_000)
    return day + timedelta(milliseconds=rng.randrange(first, last))


def _at_work(rng: Random, day: datetime, user: User) -> Iterator[Entry]:
    away = rng.random() < 0.1
    actor = Actor(user, user.addresses[-1]) if away else at_usual_place(user)
    arrival = _between(rng, day, 7.5, 9.5)
    yield from accounts.login(rng, arrival, actor)
    for _ in range(rng.randrange(3, 7)):
        at = max(arrival + timedelta(minutes=3), _working_hour(rng, day))
        yield from _do_something(rng, at, actor)


def _working_hour(rng: Random, day: datetime) -> datetime:
    """A moment before or after lunch, more likely in the middle of either."""
    first, last = rng.choice(((8.5, 12.0), (13.0, 17.7)))
    return day + timedelta(milliseconds=int(rng.triangular(first, last) * 3_600_000))


def _do_something(rng: Random, at: datetime, actor: Actor) -> Iterator[Entry]:
    careful = rng.random() < actor.user.caution
    habit = HABITS[rng.choice(actor.user.habits)]
    return habit(rng, at, actor.tapped() if careful else actor)


def _on_call(rng: Random, day: datetime) -> Iterator[Entry]:
    user = (ALICE, ERIN, ANNIE)[day.isocalendar()[1] % 3]
    actor = Actor(user, user.addresses[-1])
    at = _between(rng, day, 9, 20)
    yield from accounts.login(rng, at, actor)
    for _ in range(rng.randrange(1, 3)):
        at += timedelta(minutes=rng.randrange(2, 30))
        yield from _do_something(rng, at, actor)


def _ci_runs(rng: Random, day: datetime, count: int) -> Iterator[Entry]:
    """The build bot: joins, takes a short certificate, rolls out to staging."""
    for _ in range(count):
        at = _between(rng, day, 6.5, 20)
        yield from accounts.bot_join(rng, at, BOT_CI, "github", timedelta(hours=1))
        at += timedelta(seconds=rng.randrange(20, 90))
        yield from sessions.kube_requests(rng, at, at_usual_place(BOT_CI), STAGING, 1)


def _backup(rng: Random, day: datetime) -> Iterator[Entry]:
    at = _between(rng, day, 2, 2.1)
    yield from accounts.bot_join(rng, at, BOT_BACKUP, "token", timedelta(hours=2))
    for database in (ORDERS, BILLING):
        at += timedelta(minutes=1)
        actor = at_usual_place(BOT_BACKUP)
        yield from sessions.db_session(rng, at, actor, database, "backup", 1)


def _joining_servers(rng: Random, day: datetime) -> Iterator[Entry]:
    """Servers that the autoscaler starts, mostly with a token that ends within the hour."""
    for _ in range(rng.randrange(1, 4)):
        at = _between(rng, day, 7, 19)
        number = rng.randrange(10, 100)
        life = rng.choice((timedelta(minutes=30), timedelta(minutes=30), timedelta(days=14)))
        expires = stamp(at.replace(microsecond=0) + life)
        address = f"192.0.2.{100 + number}"
        yield from accounts.instance_join(
            rng, at, f"demo-worker-{number}", "Node", expires, address
        )


def _wrong_accounts(rng: Random, day: datetime) -> Iterator[Entry]:
    for _ in range(rng.randrange(3)):
        user, at = rng.choice((BOB, FRANK)), _between(rng, day, 9, 17)
        yield from accounts.denied_login(
            rng, at, at_usual_place(user), rng.choice(HOSTS), rng.choice(("root", "admin"))
        )


def _scanner(rng: Random, day: datetime) -> Iterator[Entry]:
    """Somebody on the internet tries names at night."""
    at = _between(rng, day, 0, 5)
    for name in rng.sample(("root", "admin", "test", "oracle", "administrator"), k=3):
        yield from accounts.failed_login(rng, at, name, _SCANNER)
        at += timedelta(seconds=rng.randrange(1, 9))
