-- The parameters of one benchmark's fits, with intervals and units (--set series=coco --set estimator=m4)
SELECT
    f.series,
    f.estimator,
    f.estimator_title,
    f.n,
    f.n_papers,
    p.parameter,
    p.value,
    p.lower,
    p.upper,
    p.unit,
    f.confidence_level,
    f.replicates
FROM out_fit_parameters p
JOIN out_fits f USING (fit_id)
WHERE f.series = coalesce(getvariable('series'), 'imagenet-1k')
    AND f.estimator = coalesce(getvariable('estimator'), f.estimator)
ORDER BY f.estimator, p.parameter
