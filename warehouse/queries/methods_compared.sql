-- Models whose compute can be estimated in two ways, and how far the two are apart
SELECT
    a.paper_id,
    a.model,
    round(b.training_flop / a.training_flop, 3) AS ratio,
    a.training_set,
    a.method AS preferred,
    b.method AS other,
    a.training_flop AS preferred_flop,
    b.training_flop AS other_flop,
    round(b.training_flop / a.hardware_burden_flop, 3) AS implied_utilisation,
    concat_ws('; ', a.flags, b.flags) AS flags
FROM core_compute_estimates a
JOIN core_compute_estimates b USING (source_id, paper_id, model_key)
WHERE a.is_preferred AND NOT b.is_preferred AND a.training_set IS NOT DISTINCT FROM b.training_set
ORDER BY abs(ln(b.training_flop / a.training_flop)) DESC, a.paper_id, a.model, b.method, b.estimate_id
