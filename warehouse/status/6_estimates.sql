-- Estimates by the headline's estimator and the study's power law, by benchmark (all others: `query estimators`)
SELECT
    benchmark,
    estimator,
    max(n) AS observations,
    string_agg(target || ': ' || status, ', ' ORDER BY target_error DESC, target) AS targets
FROM out_estimates
WHERE estimator = 'study_power_law' OR (benchmark, estimator) IN (SELECT (benchmark, estimator) FROM out_headlines)
GROUP BY ALL
ORDER BY ALL
