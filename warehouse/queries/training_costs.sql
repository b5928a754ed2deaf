-- What training runs took in chip-hours, energy, money and carbon, and on what that rests (--set model=ResNet)
SELECT
    c.paper_id,
    c.model,
    c.year,
    c.cost_usd,
    c.energy_kwh,
    c.co2e_kg,
    c.method,
    c.hardware,
    c.chip_hours,
    c.cost_usd_lower AS usd_lower,
    c.cost_usd_upper AS usd_upper,
    c.co2e_kg_lower AS kg_lower,
    c.co2e_kg_upper AS kg_upper,
    c.cost_basis,
    c.cost_flags
FROM out_training_costs c
ANTI JOIN (SELECT row_id AS estimate_id FROM core_defects WHERE rule = 'no_models_name') no_model USING (estimate_id)
WHERE c.is_preferred AND c.model ILIKE '%' || coalesce(getvariable('model'), '') || '%'
ORDER BY c.cost_usd DESC NULLS LAST, c.paper_id, c.model, c.estimate_id
