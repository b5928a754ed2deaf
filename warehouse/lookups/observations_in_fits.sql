-- What fits and back-tests read of the observations that they use
SELECT
    observation_id, paper_id, series, benchmark, metric, model, model_key, year, value, error, method, join_rule, extra_data,
    training_flop, training_flop_lower, training_flop_upper, hardware_burden_flop, in_fit
FROM core_observations
WHERE in_fit
ORDER BY observation_id
