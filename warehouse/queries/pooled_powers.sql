-- The power of each benchmark by its own data and as pooled with all others, their mean, and what to expect of a benchmark not seen yet
SELECT
    series,
    n,
    n_papers,
    round(effective_n, 1) AS worth_independent,
    implied_power AS power,
    implied_power_lower AS lower,
    implied_power_upper AS upper,
    pooled_power,
    pooled_power_lower AS pooled_lower,
    pooled_power_upper AS pooled_upper,
    round(own_weight, 2) AS weight_of_own_data
FROM (
    SELECT 1 AS part, * FROM out_pooled_powers
    UNION ALL BY NAME
    SELECT
        2 AS part,
        printf('(mean of %d benchmarks)', n_series) AS series,
        implied_power AS pooled_power,
        implied_power_lower AS pooled_power_lower,
        implied_power_upper AS pooled_power_upper
    FROM out_pools
    UNION ALL BY NAME
    SELECT
        3 AS part,
        '(a benchmark not seen yet)' AS series,
        new_power AS pooled_power,
        new_power_lower AS pooled_power_lower,
        new_power_upper AS pooled_power_upper
    FROM out_pools
)
ORDER BY part, series
