-- How much less accurate models are on the new test images of ImageNet-V2 than on those of 2012, by the same paper
SELECT
    old.paper_id,
    old.model,
    old.year,
    round(100 * min(old.error), 2) AS error_pct,
    round(100 * min(new.error), 2) AS error_on_new_images_pct,
    round(100 * (min(new.error) - min(old.error)), 2) AS points_lost,
    round(min(new.error) / min(old.error), 2) AS times_the_errors
FROM core_observations old
JOIN core_observations new USING (paper_id, model_key, metric)
WHERE old.benchmark = 'imagenet-1k' AND new.benchmark = 'imagenet-v2'
GROUP BY old.paper_id, old.model, old.year
ORDER BY error_pct, old.paper_id, old.model
