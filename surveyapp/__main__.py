"""`python -m surveyapp`: the same as the command `surveyapp`."""

from surveyapp.cli import main

main()
