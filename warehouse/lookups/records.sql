-- Records of every series: of each day the least error, where it is less than on all days before, with the day of the
-- series' last score. Of the dated_scores those count that are $pooled, sure by $confidence, not spoilt, and better than a
-- guess; what a paper cites of others only where the benchmark has one metric
WITH score AS (
    SELECT p.series, metric, d.scored_on, d.result_id, d.model, round(1 - d.value / 100, 6) AS error
    FROM dated_scores d
    JOIN (SELECT unnest($pooled, recursive := true)) p USING (benchmark, metric)
    ANTI JOIN spoilt ON row_id = d.result_id
    WHERE coalesce(d.confidence >= $confidence, true)
        AND (d.is_own OR p.has_one_metric)
        AND error > 0
        AND error < p.guess_error
),
best AS (
    SELECT
        series, metric, scored_on,
        min(error) AS error,
        first(model ORDER BY error, result_id) AS model,
        min(result_id) AS result_id
    FROM score
    GROUP BY ALL
)
SELECT series, metric, scored_on, model, error, max(scored_on) OVER (PARTITION BY series, metric) AS until_day
FROM best
QUALIFY error < coalesce(
    min(error) OVER (
        PARTITION BY series, metric ORDER BY scored_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ),
    1
)
ORDER BY scored_on, result_id
