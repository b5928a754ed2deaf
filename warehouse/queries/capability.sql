-- What would a model score on a benchmark on which it was not run, by its other benchmarks, or what it scored in a held-out year (--set model=gpt-5 --set series=mmlu-pro)
WITH foretold AS (
    SELECT
        model, model_key, series, n_benchmarks, NULL AS score, predicted_score, predicted_score_lower,
        predicted_score_upper, NULL AS score_held, confidence_level
    FROM out_predicted_scores
    UNION ALL
    SELECT
        model, model_key, series, n_benchmarks, score, predicted_score, predicted_score_lower,
        predicted_score_upper, score_held, confidence_level
    FROM out_capability_checks
)
SELECT
    f.model,
    f.series,
    round(f.predicted_score, 1) AS predicted,
    round(f.predicted_score_lower, 1) AS lower,
    round(f.predicted_score_upper, 1) AS upper,
    round(f.score, 1) AS score_held_out,
    f.score_held AS interval_held,
    f.n_benchmarks AS from_benchmarks,
    round(c.capability, 2) AS capability,
    round(d.difficulty, 2) AS difficulty,
    -- How far the predictions of the benchmark's held-out years missed; empty where it was not judged.
    round(d.capability_miss, 1) AS usual_miss_points,
    f.confidence_level
FROM foretold f
JOIN out_capabilities c USING (model_key)
JOIN out_benchmark_difficulties d ON d.series = f.series
WHERE (getvariable('model') IS NULL OR contains(lower(f.model), lower(getvariable('model'))))
    AND (getvariable('series') IS NULL OR f.series = getvariable('series'))
ORDER BY c.capability DESC, f.model, f.series
