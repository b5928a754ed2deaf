-- Estimates, by benchmark and estimator
SELECT
    benchmark,
    estimator,
    max(n) AS observations,
    string_agg(target || ': ' || status, ', ' ORDER BY target_error DESC) AS targets
FROM out_estimates
GROUP BY ALL
ORDER BY ALL
