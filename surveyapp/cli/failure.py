"""How a command ends: an exit code, and for an error one clear line."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from surveyapp.cli.words import say

ERROR = 1
USAGE = 2
INTERRUPTED = 130


class Failure(Exception):
    """A command cannot do what was asked; the message is for the user, in the user's language."""


def guard(program: click.Command, arguments: Sequence[str]) -> int:
    """Run ``program``; the exit code. With --debug an unexpected error is not caught."""
    try:
        result = program.main(list(arguments), "surveyapp", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as wanted:
        click.echo(wanted.format_message(), err=True)
        return USAGE
    except click.UsageError as error:
        _complain(_worded(error))
        if error.ctx is not None:
            click.echo(say("usage_hint", command=error.ctx.command_path), err=True)
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.ClickException as error:
        _complain(error.format_message())
        return ERROR
    except Failure as failure:
        _complain(str(failure))
        return ERROR
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain again while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ERROR
    except Exception as error:
        if "--debug" in arguments:
            raise
        _complain(say("unexpected", kind=type(error).__name__, log=_log(error)))
        return ERROR
    return result if isinstance(result, int) else 0


def _complain(message: str) -> None:
    click.echo(say("error") + message, err=True)


def _worded(error: click.UsageError) -> str:
    """The commonest mistakes in the user's language; the rest as Click words them."""
    if isinstance(error, click.NoSuchOption):
        return say("no_such_option", name=error.option_name)
    if isinstance(error, click.exceptions.NoSuchCommand):
        return say("no_such_command", name=error.command_name)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return say("missing_parameter", name=_typed(error.param))
    if isinstance(error, click.BadParameter) and error.param is not None:
        return say("bad_value", name=error.param.opts[-1], reason=error.message)
    return error.format_message()


def _typed(parameter: click.Parameter) -> str:
    """A parameter as the user types it: ``--pdf``, or the name of an argument."""
    is_option = isinstance(parameter, click.Option)
    return parameter.opts[-1] if is_option else parameter.human_readable_name


def _log(error: Exception) -> Path:
    """Write the traceback where nobody but the user can read it."""
    handle, name = tempfile.mkstemp(prefix="surveyapp-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    return Path(name)
