"""Statistics as pure functions over counts; each names the source of its formula.

- What a figure is, and why it may not exist: ``results``.
- Shares: ``proportions`` (intervals, toplines, two shares), ``boxes`` (top box, net promoter
  score), ``response_rates``.
- Tables: ``tables`` (chi-square, residuals, V), ``letters`` (columns compared), ``odds`` and
  ``exact`` (Fisher, Mantel-Haenszel), ``prediction`` (directed association).
- Scores: ``descriptives``, ``means`` (t), ``variance`` and ``factorial`` (analysis of variance),
  ``pairwise`` and ``tukey`` (all pairs), ``ranks``; ``noncentral`` for intervals of effects.
- Two variables: ``correlation``, ``polychoric``. Raters: ``kappa``, ``icc``. Waves: ``trend``.
- Units that differ: ``betabinomial`` (the fit), ``shrinkage`` and ``mean_shrinkage`` (what a
  unit's own share or mean may be), ``bayes_fdr``, ``peers`` (worse than the others, funnel
  limits), ``ranking``, ``finite`` (all who were asked), ``detectability``, ``signoff``.
- Many tests: ``multiplicity``. Planning: ``power``.
"""
