-- Compute and error of the observations in the fits, with the day by which the score was known; undated ones are left out
SELECT o.series, o.training_flop, o.error, d.scored_on
FROM core_observations o
JOIN dated_scores d USING (result_id)
WHERE o.in_fit
