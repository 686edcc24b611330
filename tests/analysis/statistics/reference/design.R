# Writes design.json and the three api samples: figures of R's package survey (Lumley), with its
# defaults, that tests/analysis/statistics/test_design.py and test_weighting.py are held against.
# Run here: Rscript design.R  (R 4.2.2, survey 4.1-1)
suppressMessages({library(survey); library(jsonlite)})
data(api)
used <- c("stype", "awards", "sch.wide", "api00", "api99", "enroll", "meals", "ell", "mobility",
          "emer", "pw", "fpc")
write.csv(apistrat[used], "apistrat.csv", row.names = FALSE, quote = FALSE)
write.csv(apiclus1[c("dnum", used)], "apiclus1.csv", row.names = FALSE, quote = FALSE)
write.csv(apiclus2[c("dnum", "snum", "stype", "awards", "sch.wide", "api00", "api99", "enroll",
                     "ell", "pw", "fpc1", "fpc2")], "apiclus2.csv", row.names = FALSE, quote = FALSE)
designs <- list(
  strat = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc),
  strat_replaced = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat),
  clus1 = svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc),
  clus1_replaced = svydesign(id = ~dnum, weights = ~pw, data = apiclus1),
  clus2 = svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2),
  clus2_replaced = svydesign(id = ~dnum + snum, weights = ~pw, data = apiclus2),
  jkn = as.svrepdesign(svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)),
  jk1 = as.svrepdesign(svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)),
  jk1_mse = as.svrepdesign(svydesign(id = ~dnum, weights = ~pw, data = apiclus1), mse = TRUE))
pair <- function(s) list(value = unname(coef(s)), se = unname(as.vector(SE(s))))
with_deff <- function(s, r) c(pair(s), list(deff = unname(as.vector(deff(s))),
  replaced = unname(as.vector(deff(r)))))
prop <- function(d) lapply(setNames(nm = c("logit", "likelihood", "asin", "beta", "mean", "xlogit")),
  function(m) { p <- svyciprop(~I(awards == "Yes"), d, method = m)
                c(coef(p), as.vector(attr(p, "ci"))) })
quant <- function(d) lapply(setNames(nm = c("mean", "beta", "xlogit", "asin")), function(m)
  unname(lapply(c(.1, .25, .5, .9), function(q) {
    as.vector(svyquantile(~api00, d, q, interval.type = m)[[1]])})))
rules <- function(d) lapply(setNames(nm = c("math", "school", paste0("hf", 1:9))), function(r)
  sapply(c(.1, .25, .5, .9), function(q) as.vector(svyquantile(~api00, d, q, qrule = r, ci = FALSE)[[1]])))
chi <- function(d, which) lapply(setNames(nm = which), function(s) {
  t <- svychisq(~sch.wide + stype, d, statistic = s)
  unname(c(t$statistic, t$parameter, t$p.value)) })
model <- function(f, d, family) { g <- svyglm(f, d, family = family); s <- summary(g)
  list(beta = unname(coef(g)), se = unname(SE(g)), t = unname(s$coefficients[, 3]),
       p = unname(s$coefficients[, 4]), low = unname(confint(g)[, 1]), high = unname(confint(g)[, 2]),
       df = g$df.residual, dispersion = unname(as.vector(s$dispersion))) }
out <- lapply(designs, function(d) {
  e <- subset(d, stype == "E")
  low <- subset(d, api00 < 600)
  linear <- !inherits(d, "svyrep.design")
  r <- svyratio(~api00, ~api99, d, deff = linear)  # Of replicates R's own code fails.
  by <- svyby(~api00 + enroll, ~stype, d, svymean, na.rm = TRUE)
  list(
    degf = degf(d), degf_domain = degf(low),
    mean = with_deff(svymean(~api00 + ell, d, deff = TRUE), svymean(~api00 + ell, d, deff = "replace")),
    total = with_deff(svytotal(~api00 + ell, d, deff = TRUE), svytotal(~api00 + ell, d, deff = "replace")),
    missing = pair(svymean(~enroll, d, na.rm = TRUE)),
    shares = pair(svymean(~stype, d)), counts = pair(svytotal(~stype, d)),
    covariance = as.vector(vcov(svymean(~api00 + ell, d))),
    ratio = list(value = as.vector(coef(r)), se = as.vector(SE(r))),
    ratio_deff = if (linear) as.vector(deff(r)) else NULL,
    variance = list(value = as.vector(coef(svyvar(~api00, d))), se = as.vector(SE(svyvar(~api00, d)))),
    domain = with_deff(svymean(~api00, e, deff = TRUE), svymean(~api00, e, deff = "replace")),
    domain_total = pair(svytotal(~api00, low)),
    by = list(value = unname(coef(by)), se = unname(unlist(SE(by)))),
    proportions = prop(d), proportions_domain = prop(low),
    quantiles = quant(d), rules = if (linear) rules(d) else NULL,
    chisq = chi(d, c("F", "Chisq", "Wald", "adjWald")),
    chisq_domain = chi(low, c("F", "Chisq")),
    gaussian = model(api00 ~ ell + api99, d, gaussian()),
    binomial = model(I(sch.wide == "Yes") ~ ell + api99, d, quasibinomial()),
    with_missing = model(api00 ~ enroll, d, gaussian()),
    t = { t <- svyttest(api00 ~ I(as.numeric(sch.wide == "Yes")), d)
          unname(c(t$statistic, t$parameter, t$p.value, t$estimate, t$conf.int)) },
    wald = { w <- regTermTest(svyglm(api00 ~ ell + api99, d), ~ell + api99)
             unname(c(w$Ftest, w$df, w$ddf, w$p)) })
})
# Balanced replication and Fay: the rats of Levy and Lemeshow, R's example of svrepdesign.
data(scd)
halves <- svydesign(data = scd, prob = ~1, id = ~ambulance, strata = ~ESA, nest = TRUE)
brr <- function(...) { d <- as.svrepdesign(halves, ...); r <- svyratio(~alive, ~arrests, d)
  c(as.vector(coef(r)), as.vector(SE(r)), as.vector(SE(svymean(~alive, d))), degf(d)) }
out$scd <- list(ambulance = scd$ambulance, esa = scd$ESA, arrests = scd$arrests, alive = scd$alive,
  brr = brr(type = "BRR"), brr_mse = brr(type = "BRR", mse = TRUE),
  fay = brr(type = "Fay", fay.rho = .3), jkn = brr(type = "JKn"))
many <- data.frame(h = rep(1:9, each = 4), c = rep(1:2, 18), y = (1:36 * 7919) %% 101, x = (1:36 * 104729) %% 53 + 1)
nine <- svydesign(id = ~c, strata = ~h, nest = TRUE, weights = rep(1, 36), data = many)
nine_brr <- as.svrepdesign(nine, type = "BRR"); r <- svyratio(~y, ~x, nine_brr)
out$nine <- list(y = many$y, x = many$x, ratio = c(as.vector(coef(r)), as.vector(SE(r))), degf = degf(nine_brr))
set.seed(1); boot <- as.svrepdesign(designs$clus1_replaced, type = "bootstrap", replicates = 30, compress = FALSE)
out$boot <- list(factors = as.vector(unclass(boot$repweights)[!duplicated(apiclus1$dnum), ]), scale = boot$scale,
  degf = degf(boot), mean = pair(svymean(~api00, boot)), quantile = as.vector(svyquantile(~api00, boot, .5)[[1]]))
# Strata with one cluster.
lonely <- data.frame(h = c(1, 1, 2, 3, 3, 3), y = c(3, 5, 9, 2, 4, 4.5), w = c(1, 2, 3, 1, 1.5, 2))
out$lonely <- lapply(setNames(nm = c("certainty", "remove", "adjust", "average")), function(o) {
  options(survey.lonely.psu = o)
  pair(svymean(~y, svydesign(id = ~1, strata = ~h, weights = ~w, data = lonely))) })
options(survey.lonely.psu = "fail")
# Weighting.
d1 <- designs$clus1
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
award <- data.frame(awards = c("No", "Yes"), Freq = c(2196, 3998))
said <- function(d) list(weights = as.vector(weights(d)), mean = pair(svymean(~api00 + enroll, d, na.rm = TRUE)),
  total = pair(svytotal(~api00, d)), domain = pair(svymean(~api00, subset(d, api99 < 600))),
  prop = { p <- svyciprop(~I(awards == "Yes"), d, method = "beta"); c(coef(p), as.vector(attr(p, "ci"))) })
pop <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069)
out$weighting <- list(
  post = said(postStratify(d1, ~stype, types)),
  rake = said(rake(d1, list(~stype, ~sch.wide), list(types, wide))),
  rake_tight = said(rake(d1, list(~stype, ~sch.wide, ~awards), list(types, wide, award),
                         control = list(maxit = 100, epsilon = 1e-9))),
  linear = said(calibrate(d1, ~stype + api99, pop)),
  linear_bounded = said(calibrate(d1, ~stype + api99, pop, bounds = c(.6, 1.9))),
  raking = said(calibrate(d1, ~stype + api99, pop, calfun = "raking")),
  logit = said(calibrate(d1, ~stype + api99, pop, calfun = "logit", bounds = c(.6, 2))),
  trim = as.vector(weights(trimWeights(calibrate(d1, ~stype + api99, pop), upper = 50, lower = 20))),
  trim_strict = as.vector(weights(trimWeights(calibrate(d1, ~stype + api99, pop), upper = 40, lower = 20, strict = TRUE))),
  trimmed = said(trimWeights(calibrate(d1, ~stype + api99, pop), upper = 50, lower = 20)),
  jk_post = pair(svymean(~api00, postStratify(designs$jk1, ~stype, types))),
  jk_rake = pair(svymean(~api00, rake(designs$jk1, list(~stype, ~sch.wide), list(types, wide)))),
  jk_linear = pair(svymean(~api00, calibrate(designs$jk1, ~stype + api99, pop, calfun = "linear"))))
write_json(out, "design.json", digits = NA, auto_unbox = TRUE, na = "null")
