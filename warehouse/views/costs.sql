-- What training each model cost, by the preferred estimate of its compute: chip hours, money rented and owned, energy, carbon.
CREATE OR REPLACE VIEW costs AS
SELECT
    c.estimate_id, c.paper_id, p.title, c.model, c.year, c.training_flop, c.method, c.hardware, c.chip_hours,
    c.chip_hours_lower, c.chip_hours_upper, c.cost_usd, c.cost_usd_lower, c.cost_usd_upper, c.cost_rented_usd,
    c.cost_owned_usd, c.energy_kwh, c.energy_kwh_lower, c.energy_kwh_upper, c.co2e_kg, c.co2e_kg_lower,
    c.co2e_kg_upper, c.cost_basis, c.cost_flags
FROM out_training_costs c
ANTI JOIN (SELECT row_id AS estimate_id FROM core_defects WHERE rule = 'no_models_name') no_model USING (estimate_id)
LEFT JOIN out_papers p USING (paper_id)
WHERE c.is_preferred;
