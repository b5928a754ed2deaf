-- How the record of each benchmark fell, year by year, and what the record holder cost in compute
SELECT series, year, model, round(100 * error, 2) AS error_pct, training_flop, method
FROM records
ORDER BY series, year, training_flop
