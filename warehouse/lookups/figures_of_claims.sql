-- Today's figures of those claims of the article that no fit answers. Without data there is no row
-- claim, figure, figure_lower, figure_upper, n_papers (empty where the claim is about two models alone)
WITH claimed_run AS (
    SELECT
        r.model_key,
        r.chips * r.duration_hours AS chip_hours,
        -- The study's convention: GPUs at FP32, TPUs at bf16, full utilisation.
        CASE WHEN c.kind = 'tpu' THEN c.bf16_flop_per_s ELSE c.fp32_flop_per_s END AS peak_flop_per_s
    FROM (
        SELECT model_key, hardware, chips, duration_hours FROM core_compute_estimates
        UNION ALL
        SELECT model_key, hardware, chips, duration_hours FROM raw_study_runs
    ) r
    JOIN core_hardware c ON c.slug = r.hardware
    WHERE r.chips > 0 AND r.duration_hours > 0
),
-- Share of the growth's logarithm that is more chips and longer runs, in whole percent as the study's figures bear it.
share AS (
    SELECT round(100 * ln(b.chip_hours / a.chip_hours)
        / ln(b.chip_hours * b.peak_flop_per_s / (a.chip_hours * a.peak_flop_per_s))) AS figure
    FROM claimed_run a
    CROSS JOIN claimed_run b
    WHERE a.model_key = 'alexnet'
        AND regexp_matches(b.model_key, '^nasneta\d*$')
        AND b.chip_hours * b.peak_flop_per_s > a.chip_hours * a.peak_flop_per_s
),
-- The same model of the same paper on the images of 2012 and on those of Recht et al.
fall AS (
    SELECT old.paper_id, old.model_key, 100 * (min(new.error) - min(old.error)) AS figure
    FROM core_observations old
    JOIN core_observations new USING (paper_id, model_key, metric)
    WHERE old.benchmark = 'imagenet-1k' AND new.benchmark = 'imagenet-v2'
    GROUP BY old.paper_id, old.model_key
),
-- Training with a technique, the teacher's or the search counted in, over the cheapest training without one that the
-- same paper reports to be as accurate. Nothing names what was pruned.
trained AS (
    SELECT
        o.*,
        o.distilled = 'yes' OR list_has_any(split(coalesce(e.flag_codes, ''), ' '), ['teacher_added', 'search_included'])
            AS with_technique
    FROM core_observations o
    JOIN core_compute_estimates e USING (estimate_id)
    WHERE e.compute_scope <> 'student'
),
shortcut AS (
    SELECT a.paper_id, a.training_flop / min(b.training_flop) AS figure
    FROM trained a
    JOIN trained b USING (paper_id, benchmark, metric)
    WHERE a.with_technique AND NOT b.with_technique AND b.error <= a.error
    GROUP BY a.observation_id, a.paper_id, a.training_flop
)
SELECT 'alexnet_to_nasnet' AS claim, median(figure) AS figure, min(figure) AS figure_lower, max(figure) AS figure_upper,
    NULL AS n_papers
FROM share
UNION ALL
SELECT 'recht_ten_percent', median(figure), quantile_cont(figure, 0.05), quantile_cont(figure, 0.95),
    count(DISTINCT paper_id)
FROM fall
UNION ALL
SELECT 'pruning_search_distillation', median(figure), min(figure), max(figure), count(*)
FROM (SELECT paper_id, median(figure) AS figure FROM shortcut GROUP BY paper_id)
