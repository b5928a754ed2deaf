-- How fast the fastest accelerator of each year was, by its best rate for training, and how many times the first year's
WITH rated AS (
    SELECT
        name,
        CAST(left(release_date, 4) AS INTEGER) AS year,
        greatest(fp32_flop_per_s, tf32_flop_per_s, fp16_flop_per_s, bf16_flop_per_s) AS flop_per_s,
        release_price_usd
    FROM core_hardware
    WHERE kind <> 'cpu' AND release_date IS NOT NULL
),
fastest AS (
    SELECT
        year,
        arg_max(name, flop_per_s) AS accelerator,
        max(flop_per_s) AS flop_per_s,
        max(flop_per_s / nullif(release_price_usd, 0)) AS most_flop_per_s_per_usd
    FROM rated
    WHERE flop_per_s IS NOT NULL
    GROUP BY year
)
SELECT
    year,
    accelerator,
    flop_per_s,
    round(max(flop_per_s) OVER so_far / first_value(flop_per_s) OVER so_far, 1) AS times_the_first_year,
    most_flop_per_s_per_usd
FROM fastest
WINDOW so_far AS (ORDER BY year)
ORDER BY year
