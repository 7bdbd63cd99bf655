"""Running ``datasette audit`` inside the test's process."""

from click.testing import CliRunner

from datasette_access_monitoring.cli import audit


def run(*arguments, exit_code=0, **options):
    result = CliRunner().invoke(audit, [str(a) for a in arguments], **options)
    assert result.exit_code == exit_code, (result.output, result.exception)
    return result


def said(result):
    """What an error says: one line, on stderr, nothing on stdout."""
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    return result.stderr
