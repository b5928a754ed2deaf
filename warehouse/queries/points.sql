-- Every observation of a model with whose result it is and what its run took: the points of the benchmark pages (--set series=imagenet-1k)
SELECT
    o.series,
    o.model,
    o.error,
    o.training_flop,
    o.method,
    o.in_fit,
    o.year,
    o.observation_id,
    o.model_key,
    o.paper_id,
    o.title,
    o.value,
    o.training_flop_lower,
    o.training_flop_upper,
    o.compute_scope,
    o.exclusion_reason,
    o.is_own,
    o.extra_data,
    o.test_protocol,
    o.ensemble,
    o.distilled,
    o.fine_tuned,
    o.reasoning,
    o.base_model,
    o.shots,
    o.prompting,
    o.formulation,
    t.cost_usd,
    t.cost_usd_lower,
    t.cost_usd_upper,
    t.energy_kwh,
    t.energy_kwh_lower,
    t.energy_kwh_upper,
    t.co2e_kg,
    t.co2e_kg_lower,
    t.co2e_kg_upper
FROM out_observations o
LEFT JOIN out_training_costs t USING (estimate_id)
WHERE
    o.series = coalesce(getvariable('series'), o.series)
    AND o.exclusion_code IS DISTINCT FROM 'defect_no_models_name'
ORDER BY o.series, o.error, o.training_flop, o.observation_id
