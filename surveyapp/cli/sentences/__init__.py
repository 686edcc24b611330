"""Every sentence of the command line: name -> (Chinese, English), with slots in braces."""

from __future__ import annotations

from surveyapp.cli.sentences import common, definitions, staff

SENTENCES = common.SENTENCES | definitions.SENTENCES | staff.SENTENCES
