-- Observations of every model by its key, those of fits first
SELECT model_key, model, observation_id, series, error, value, training_flop, in_fit,
    exclusion_reason, join_reason, paper_id, year, result_id, estimate_id
FROM out_observations
WHERE exclusion_code IS DISTINCT FROM 'defect_no_models_name'
ORDER BY model_key, in_fit DESC, series, observation_id
