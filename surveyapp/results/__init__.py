"""From stored responses to releases and reports."""
