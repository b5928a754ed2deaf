-- Own results whose flag or name might tell of several networks, of models with an estimate of their own
SELECT r.*
FROM asked_results r
SEMI JOIN asked_estimates e
    ON e.is_preferred AND e.source_id = r.source_id AND e.paper_id = r.paper_id AND e.model_key = r.model_key
WHERE r.is_own AND (r.is_ensemble OR regexp_matches(r.model, 'cnns|nets|networks|models|ens', 'i'))
ORDER BY r.result_id
