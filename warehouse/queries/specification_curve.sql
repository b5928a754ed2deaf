-- Every defensible way to estimate one target, from the least compute to the most (--set series=coco --set target=half_of_best)
SELECT
    row_number() OVER (ORDER BY log10_flop, estimator, compute_choice, observation_choice, split_choice) AS place,
    *
FROM (
    SELECT
        series,
        target,
        estimator,
        compute_choice,
        observation_choice,
        split_choice,
        n,
        n_papers,
        implied_power AS power,
        CASE WHEN fit_outcome = 'unreachable' THEN 'infinity'::DOUBLE ELSE log10_training_flop END AS log10_flop
    FROM out_specifications
    WHERE series = coalesce(getvariable('series'), 'imagenet-1k')
        AND target = coalesce(getvariable('target'), 'half_of_best')
        AND fit_outcome <> 'not_fitted'
)
ORDER BY place
