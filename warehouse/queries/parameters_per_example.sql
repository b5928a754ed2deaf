-- How many parameters models have for each example (or token) of their training data, by domain and year
SELECT
    domain,
    year,
    count(*) AS models,
    round(median(parameters / dataset_size), 4) AS median_parameters_per_example,
    round(quantile_cont(parameters / dataset_size, 0.1), 4) AS lower_tenth,
    round(quantile_cont(parameters / dataset_size, 0.9), 4) AS upper_tenth,
    arg_max(model, parameters / dataset_size) AS most_parameters
FROM raw_models
WHERE parameters > 0 AND dataset_size > 0 AND year IS NOT NULL
GROUP BY domain, year
ORDER BY domain, year
