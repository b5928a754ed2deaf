-- Preferred estimates of the papers' models whose ranges do not all meet, each as its method alone gives it
SELECT e.*
FROM asked_estimates e
SEMI JOIN (
    SELECT paper_id, model_key
    FROM asked_estimates
    WHERE is_preferred
    GROUP BY ALL
    HAVING max(training_flop_lower * coalesce(range_factor, 1)) > min(training_flop_upper / coalesce(range_factor, 1))
) apart USING (paper_id, model_key)
WHERE e.is_preferred
ORDER BY e.estimate_id
