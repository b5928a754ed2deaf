-- Compute estimates of every model by its key, with what the run cost
WITH keys AS (
    SELECT DISTINCT estimate_id, model_key FROM core_observations
    UNION
    SELECT estimate_id, model_key FROM core_compute_estimates
)
SELECT k.model_key, e.model, e.estimate_id, e.paper_id, e.method, e.compute_scope, e.is_preferred, e.training_flop,
    e.training_flop_lower, e.training_flop_upper, e.basis, e.quote, e.compute_source, e.evidence_ids, e.hardware,
    e.chips, e.duration_hours, e.flags, e.source_id, t.chip_hours, t.cost_usd, t.cost_usd_lower, t.cost_usd_upper,
    t.energy_kwh, t.energy_kwh_lower, t.energy_kwh_upper, t.co2e_kg, t.co2e_kg_lower, t.co2e_kg_upper, t.cost_basis,
    t.cost_flags
FROM keys k JOIN core_compute_estimates e USING (estimate_id) LEFT JOIN out_training_costs t USING (estimate_id)
ORDER BY k.model_key, e.is_preferred DESC, e.method, e.estimate_id
