# Writes evidence.json: what R says of shares of units that differ, for test_betabinomial.py,
# test_shrinkage.py, test_peers.py, test_ranking.py and test_mean_shrinkage.py. R has these methods
# in no base package, so they are written out here from their formulas, with R's own distributions,
# optimisers (polished by Newton's method with numDeriv) and integrate().
# Run here: Rscript evidence.R  (R 4.2.2, numDeriv 2016.8)
suppressMessages({library(jsonlite); library(numDeriv)})
sets <- list(
  spread = list(x = c(3, 0, 5, 1, 7, 2, 0, 4, 9, 1, 0, 6), n = c(12, 9, 14, 8, 11, 17, 6, 13, 16, 20, 5, 12)),
  large = list(x = c(1013, 820, 1322, 645, 990, 1204, 731, 1110), n = c(6900, 7020, 7411, 6203, 7777, 6512, 6800, 7100)),
  wide = list(x = c(0, 9, 10, 1, 12, 0, 3, 8, 0, 11), n = c(10, 10, 10, 11, 12, 8, 12, 9, 7, 11)))
loglik <- function(t, data) { x <- data$x; n <- data$n; m <- exp(t[2]); mu <- plogis(t[1])
  sum(lbeta(x + mu * m, n - x + (1 - mu) * m) - lbeta(mu * m, (1 - mu) * m)) }
ml <- function(s) { t <- optim(c(qlogis(sum(s$x) / sum(s$n)), 2), function(t) -loglik(t, s),
    method = "BFGS", control = list(reltol = 1e-15, maxit = 1000))$par
  for (i in 1:4) t <- t - solve(hessian(loglik, t, data = s), grad(loglik, t, data = s))
  t }
cut <- 0.3
fitted <- lapply(sets, function(s) { t <- ml(s); mu <- plogis(t[1]); m <- exp(t[2])
  a <- mu * m + s$x; b <- (1 - mu) * m + s$n - s$x
  # P(p_h > p_g), on the logit, where the densities are smooth.
  more <- function(g, h) { f <- function(u) pbeta(plogis(-u), b[h], a[h]) *
      exp(a[g] * plogis(u, log = TRUE) + b[g] * plogis(-u, log = TRUE) - lbeta(a[g], b[g]))
    tail <- c(1e-13, 1e-4, .5)
    ends <- c(-150, qlogis(qbeta(tail, a[g], b[g])), -qlogis(qbeta(rev(tail)[-1], b[g], a[g])), 150)
    ends <- pmax(-150, pmin(150, ends))
    sum(sapply(1:6, function(i) if (ends[i] < ends[i + 1]) integrate(f, ends[i], ends[i + 1], rel.tol = 1e-9, abs.tol = 1e-13,
      subdivisions = 5000, stop.on.error = FALSE)$value else 0)) }
  who <- seq_along(a)
  l <- pbeta(cut, a, b); k <- cumsum(sort(l)) / who
  total <- sum(s$x); base <- sum(s$n)
  f <- total / base; w <- s$n / (f * (1 - f)); z <- (s$x / s$n - f) * sqrt(w)
  z <- pmin(pmax(z, quantile(z, .1)), quantile(z, .9)); phi <- mean(z^2)
  tau2 <- max(0, (length(z) * phi - (length(z) - 1)) / (sum(w) - sum(w^2) / sum(w)))
  list(x = s$x, n = s$n, mu = mu, rho = 1 / (m + 1), loglik = loglik(t, s), mean = a / (a + b),
    low = qbeta(.025, a, b), high = qbeta(.975, a, b), below = l, flags10 = sum(k <= .10), flags05 = sum(k <= .05),
    ranks = sapply(who, function(g) 1 + sum(sapply(setdiff(who, g), function(h) more(g, h)))),
    first_less = more(1, 2),
    midp = phyper(s$x, total, base - total, s$n, lower = FALSE) + dhyper(s$x, total, base - total, s$n) / 2,
    tau2 = tau2, funnel_high = f + qnorm(.999) * sqrt(f * (1 - f) / s$n + tau2)) })
n <- c(5, 8, 12, 30, 7); y <- c(3.2, 4.1, 2.4, 3.6, 2.9); s2 <- c(1.1, .7, 1.4, .9, 1.0)
v <- sum((n - 1) * s2) / sum(n - 1) / n; w <- 1 / v
Q <- sum(w * (y - sum(w * y) / sum(w))^2); dl <- max(0, (Q - 4) / (sum(w) - sum(w^2) / sum(w)))
fh <- uniroot(function(t) { w <- 1 / (v + t); sum(w * (y - sum(w * y) / sum(w))^2) - 4 }, c(0, 10), tol = 1e-15)$root
shrunk <- function(t) { w <- 1 / (v + t); mu <- sum(w * y) / sum(w); list(tau2 = t, mu = mu, mean = (t * y + v * mu) / (t + v)) }
need <- sapply(c(5, 12, 40, 300), function(n) { k <- min(which(pbinom((1:n) - 1, n, cut, lower = FALSE) <= .05)); qbeta(.8, k, n - k + 1) })
writeLines(toJSON(list(sets = fitted, means = list(n = n, y = y, s2 = s2, dl = shrunk(dl), fh = shrunk(fh)), detectable = need),
  digits = NA, auto_unbox = TRUE), "evidence.json")
