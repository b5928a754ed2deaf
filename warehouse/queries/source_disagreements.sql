-- Where sources contradict each other on one model's accuracy (by more than 0.2 points) or compute (by more than 1.5 times), and what their agreement elsewhere is worth (--set series=imagenet-1k)
SELECT
    series,
    benchmark,
    metric,
    paper_id,
    model,
    compute_ratio,
    accuracy_spread,
    accuracies,
    computes,
    independence
FROM source_disagreements
WHERE (accuracy_differs OR compute_differs) AND series = coalesce(getvariable('series'), series)
ORDER BY compute_ratio DESC NULLS LAST, accuracy_spread DESC NULLS LAST, series, benchmark, metric, paper_id, model, model_key
