"""Floor 6: the verbs. Results on stdout, progress and logs on stderr, `--json` everywhere.

Exit codes: 0 done, 1 done but something needs attention, 2 wrong use or configuration, 3 a plan has changes (only when asked for),
4 a system refused or is unreachable, 130 interrupted.
"""

from __future__ import annotations

import sys

import click

from connector.cli.options import Verbs, complaint

VERBS = {
    "init": "connector.cli.project:init",
    "check": "connector.cli.project:check",
    "test": "connector.cli.rules.trials:trials",
    "schema": "connector.cli.project:schema",
    "connect": "connector.cli.accounts:connect",
    "install": "connector.cli.accounts:install",
    "plan": "connector.cli.rollout.plan:plan_verb",
    "apply": "connector.cli.rollout.apply:apply",
    "undo": "connector.cli.rollout.undo:undo",
    "run": "connector.cli.running.cycle:run",
    "serve": "connector.cli.running.serve:serve",
    "release": "connector.cli.running.release:release",
    "status": "connector.cli.reading:status",
    "explain": "connector.cli.explaining:explain",
    "verify": "connector.cli.proofs.proving:verify",
    "reconcile": "connector.cli.proofs.reconciling:reconcile",
    "report": "connector.cli.reading:report",
    "shelf": "connector.cli.shelf:shelf",
    "link": "connector.cli.identity:link",
    "unlink": "connector.cli.identity:unlink",
    "sandbox": "connector.cli.running.rehearsal:sandbox",
    "demo": "connector.cli.running.demo:demo",
}


@click.command(
    cls=Verbs,
    verbs=VERBS,
    context_settings={"auto_envvar_prefix": "LEADCYCLE", "help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="leadcycle")
def leadcycle() -> None:
    """Runs the lead cycle between marketing platforms and the CRM."""


def main() -> None:
    """The command `leadcycle`."""
    try:
        code = leadcycle.main(prog_name="leadcycle", standalone_mode=False)
    except click.exceptions.Exit as ended:
        code = ended.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        code = 130
    except click.ClickException as error:
        error.show()
        code = 2
    except Exception as error:  # noqa: BLE001 - the last door: known errors become one sentence, others are raised again
        code = complaint(error, "planned" if sys.argv[1:2] == ["plan"] else "applied")
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
