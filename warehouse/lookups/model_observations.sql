-- Observations of every model by its key, those of fits first
SELECT c.model_key, o.model, o.observation_id, o.series, o.error, o.value, o.training_flop, o.in_fit,
    o.exclusion_reason, o.join_reason, o.paper_id, o.year, c.result_id, c.estimate_id
FROM out_observations o JOIN core_observations c USING (observation_id)
WHERE o.exclusion_code IS DISTINCT FROM 'defect_no_models_name'
ORDER BY c.model_key, o.in_fit DESC, o.series, o.observation_id
