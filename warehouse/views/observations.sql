-- Each observation with its paper, the claim of its accuracy, the estimate of its compute, and whether it enters the fits.
-- result_id: The claim of the accuracy: `explain` shows its page and words.
-- estimate_id: The estimate of the compute: `explain` shows what it rests on.
-- licence: Licence of the paper as its source states it.
CREATE OR REPLACE VIEW observations AS
SELECT
    o.observation_id, o.series, o.benchmark, o.metric, o.paper_id, o.title, o.model, o.year, o.value, o.error,
    o.training_flop, o.training_flop_lower, o.training_flop_upper, o.method, o.compute_scope, o.in_fit,
    o.exclusion_code, o.exclusion_reason, o.result_id, o.estimate_id, o.result_source_id, o.compute_source_id,
    p.licence
FROM out_observations o
LEFT JOIN core_papers p ON p.paper_id = o.paper_id;
