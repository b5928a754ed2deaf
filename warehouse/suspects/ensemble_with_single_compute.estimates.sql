-- Preferred estimates of others' rows, and of models that a paper's result might call an ensemble
SELECT e.*
FROM asked_estimates e
WHERE e.is_preferred
    AND (
        e.source_id IN (SELECT source_id FROM raw_models UNION SELECT source_id FROM raw_observations)
        OR (e.source_id, e.paper_id, e.model_key) IN (
            SELECT source_id, paper_id, model_key
            FROM asked_results
            WHERE is_own AND (is_ensemble OR regexp_matches(model, 'cnns|nets|networks|models|ens', 'i'))
        )
    )
ORDER BY e.estimate_id
