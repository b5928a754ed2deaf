-- Effective compute: the months in which the compute needed for the same score halves, by benchmark and for the capability behind all language benchmarks, beside published figures
SELECT
    e.series,
    e.estimator,
    e.n,
    e.from_year,
    e.to_year,
    round(e.halving_months, 1) AS halving_months,
    round(e.halving_months_lower, 1) AS lower,
    round(e.halving_months_upper, 1) AS upper,
    -- As how much compute the same compute counts after a year.
    CASE WHEN e.is_resolved THEN round(2 ** (12 / e.halving_months), 2) END AS times_a_year,
    c.verdict,
    e.is_resolved,
    c.publication,
    c.published_months,
    c.published_months_lower AS published_lower,
    c.published_months_upper AS published_upper,
    c.their_data,
    c.source,
    c.note
FROM out_effective_compute e
LEFT JOIN out_progress_checks c USING (series, estimator)
ORDER BY c.publication IS NULL, e.is_resolved DESC, e.series, e.estimator
