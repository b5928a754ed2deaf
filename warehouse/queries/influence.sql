-- How far one estimate moves when a paper, or a family of models, is left out: the most influential (--set series=coco --set estimator=power_law_forward)
SELECT
    i.series,
    i.estimator,
    i.left_out_kind,
    i.influence_rank AS place,
    i.left_out,
    i.decades_moved,
    p.title,
    i.n_left_out AS observations_left_out,
    i.n AS of_observations,
    i.log10_training_flop AS log10_flop,
    i.log10_training_flop_without AS log10_flop_without,
    i.implied_power AS power,
    i.power_without,
    i.fit_outcome AS without_it
FROM out_influence i
LEFT JOIN (SELECT paper_id, min(title) AS title FROM out_observations GROUP BY paper_id) p
    ON i.left_out_kind = 'paper' AND p.paper_id = i.left_out
WHERE i.series = coalesce(getvariable('series'), 'imagenet-1k')
    AND i.estimator = coalesce(getvariable('estimator'), i.estimator)
ORDER BY i.estimator, i.left_out_kind DESC, i.influence_rank, i.left_out
