"""Estimates from samples that were not drawn simply: strata, clusters, weights, replicates."""
