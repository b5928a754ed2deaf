-- Ids of accuracies and compute estimates that structured sources give, where no person of ours has looked
SELECT result_id AS row_id FROM raw_scores
UNION
SELECT estimate_id FROM core_compute_estimates SEMI JOIN raw_models USING (source_id)
ORDER BY row_id
