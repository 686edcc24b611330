"""Charts of a release as SVG with selectable text; nothing in them is computed here."""

from analysis.charts.heatmap import heatmap
from analysis.charts.likert import likert, two_sided
from analysis.charts.style import Chart

__all__ = ["Chart", "heatmap", "likert", "two_sided"]
