# Writes items.json: figures of R's packages psych and stats, with their defaults, that
# test_reliability.py, test_factors.py and test_drivers.py are held against; with the correlations
# of R psych's bfi (2,436 complete cases of 25 items; SAPA project, Revelle, Wilt and Rosenthal 2010).
# Run here: Rscript items.R  (R 4.2.2, psych 2.2.9)
suppressMessages({library(psych); library(jsonlite)})
u <- function(x) unname(as.vector(as.matrix(x)))
rel <- function(x, n = NULL) { a <- alpha(x, warnings = FALSE, n.obs = n); s <- splitHalf(x, check.keys = FALSE)
  list(alpha = a$total$raw_alpha, std = a$total$std.alpha, g6 = a$total[["G6(smc)"]], ase = a$total$ase,
       feldt = c(u(a$feldt$lower.ci), u(a$feldt$upper.ci)), raw_r = a$item.stats$raw.r, r_drop = a$item.stats$r.drop,
       drop_alpha = a$alpha.drop$raw_alpha, drop_std = a$alpha.drop$std.alpha, drop_g6 = a$alpha.drop[["G6(smc)"]],
       lambda2 = s$lambda2, lambda6 = s$lambda6, max = s$maxrb, min = s$minrb, mean = s$meanr) }
omega1 <- function(R) { f <- fa(R, 1, rotate = "none"); (sum(R) - sum(f$uniquenesses)) / sum(R) }
omega2 <- function(R) { f <- factanal(covmat = R, factors = 1); l <- sum(f$loadings); u <- sum(f$uniquenesses)
  c((sum(R) - u) / sum(R), l^2 / (l^2 + u)) }
solved <- function(f) list(loadings = u(unclass(f$loadings)), communality = unname(f$communality),
  explained = u(f$Vaccounted[1, ]), chi = f$STATISTIC, dof = f$dof, p = f$PVAL, rmsea = unname(f$RMSEA[1:3]),
  rms = f$rms, tli = f$TLI, bic = f$BIC, objective = f$objective)
fit <- function(R, n, k) { m <- factanal(covmat = R, factors = k, n.obs = n)
  z <- factanal(covmat = R, factors = k, n.obs = n, rotation = "none")
  p <- principal(R, k, rotate = "varimax"); b <- cortest.bartlett(R, n); o <- KMO(R)
  list(kmo = c(o$MSA, unname(o$MSAi)), bartlett = c(b$chisq, b$df, b$p.value), eigen = eigen(R)$values,
       minres = solved(fa(R, k, n.obs = n, rotate = "varimax")), none = solved(fa(R, k, n.obs = n, rotate = "none")),
       factanal = list(loadings = u(unclass(m$loadings)), uniqueness = unname(m$uniquenesses), stat = unname(m$STATISTIC), p = unname(m$PVAL)),
       unrotated = u(unclass(z$loadings)), weights = u(solve(R, unclass(z$loadings))),
       principal = list(loadings = u(unclass(p$loadings)), values = p$values),
       varimax = u(unclass(varimax(unclass(z$loadings))$loadings))) }
items <- bfi[, 1:25]; whole <- na.omit(items); R <- cor(whole)
key <- c(-1, 1, 1, 1, 1)
agree <- whole[, 1:5]; agree[, 1] <- 7 - agree[, 1]
loose <- bfi[, 1:5]; loose[, 1] <- 7 - loose[, 1]
out <- list(attitude = rel(attitude), agree = rel(agree), agree_pairwise = rel(loose),
  agree_covariance = u(cov(agree)), agree_means = unname(colMeans(agree)), agree_n = nrow(agree),
  loose = lapply(1:5, function(i) { k <- loose[1:120, i]; ifelse(is.na(k), 0, k) }), loose_rel = rel(loose[1:120, ]),
  six = rel(attitude[, 1:6]),
  omega = c(omega1(cor(attitude)), omega1(cor(agree)), omega2(cor(attitude))),
  attitude_fit = fit(cor(attitude), 30, 2), bfi = u(R), bfi_n = nrow(whole), bfi_fit = fit(R, nrow(whole), 5),
  scores = u(factanal(attitude, 2, scores = "regression")$scores),
  outlier = unname(outlier(attitude, plot = FALSE)))
# What each item adds to R2, over all 720 orders, by regressions of R's lm; Johnson's weights.
r2 <- function(v) if (!length(v)) 0 else summary(lm(attitude$rating ~ as.matrix(attitude[v])))$r.squared
known <- new.env()
cached <- function(v) { k <- paste(sort(v), collapse = ","); if (is.null(known[[paste0("s", k)]])) assign(paste0("s", k), r2(sort(v)), known); get(paste0("s", k), known) }
orders <- function(v) if (length(v) < 2) list(v) else do.call(c, lapply(seq_along(v), function(i) lapply(orders(v[-i]), function(o) c(v[i], o))))
gains <- sapply(orders(2:7), function(o) { g <- diff(c(0, sapply(1:6, function(i) cached(o[1:i])))); g[order(o)] })
e <- eigen(cor(attitude[2:7])); root <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
out$lmg <- unname(rowMeans(gains)); out$r2 <- r2(2:7)
out$johnson <- as.vector(root^2 %*% solve(root, cor(attitude[2:7], attitude$rating))^2)
out$beta <- unname(coef(lm(rating ~ ., data.frame(scale(attitude))))[-1])
out$airquality <- lapply(airquality, function(v) as.numeric(v))
out$irv <- unname(apply(attitude, 1, sd))
write_json(out, "items.json", digits = NA, auto_unbox = TRUE, na = "null")
