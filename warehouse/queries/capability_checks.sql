-- How well a model's other benchmarks foretold its score in held-out years, in points, beside each benchmark's own curves on the year and on compute
SELECT
    series,
    n_models,
    held_out_from,
    n_held_out,
    round(capability_miss, 1) AS miss_by_capability,
    round(date_miss, 1) AS miss_by_year,
    round(compute_miss, 1) AS miss_by_compute,
    round(mean_miss, 1) AS miss_by_mean,
    is_best,
    round(held_out_coverage, 2) AS coverage_of_90,
    round(difficulty, 2) AS difficulty,
    round(discrimination, 2) AS discrimination,
    reason
FROM out_benchmark_difficulties
ORDER BY is_best IS NULL, series
