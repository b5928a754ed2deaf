-- What share of 90 % intervals held, as the model gave them and as published, by the record's error over the best known (--set estimator=power_law_forward)
SELECT
    domain,
    horizon,
    estimator,
    n_cases,
    n_series,
    calibration_factor AS widened_by,
    calibrated_on,
    n_calibrated_on,
    round(100 * raw_coverage) AS model_held_pct,
    round(100 * coverage) AS published_held_pct
FROM out_calibration
WHERE CASE
    WHEN getvariable('estimator') IS NULL THEN estimator IN (SELECT estimator FROM out_headlines)
    ELSE estimator = getvariable('estimator')
END
ORDER BY
    estimator,
    domain,
    list_position(['from_0.8', '0.67_to_0.8', '0.5_to_0.67', 'below_0.5'], horizon)
