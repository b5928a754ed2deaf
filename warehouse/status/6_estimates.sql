-- Estimates by the headline's estimator and the study's power law, by benchmark (all others: `query estimators`)
SELECT
    series,
    estimator,
    max(n) AS observations,
    string_agg(target || ': ' || status, ', ' ORDER BY target_error DESC, target) AS targets
FROM out_estimates
WHERE estimator = 'study_power_law' OR (series, estimator) IN (SELECT (series, estimator) FROM out_headlines)
GROUP BY ALL
ORDER BY ALL
