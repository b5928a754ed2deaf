-- How accuracy and compute of each series were joined across sources, and what keeps rows out of the fits (--set series=mmlu)
SELECT
    series,
    join_rule,
    result_source_id,
    compute_source_id,
    count(*) AS observations,
    count(*) FILTER (in_fit) AS in_fit,
    any_value(join_reason ORDER BY observation_id) FILTER (in_fit) AS for_example,
    mode(exclusion_code ORDER BY observation_id) AS mostly_left_out_since
FROM core_observations
WHERE series = coalesce(getvariable('series'), series)
GROUP BY ALL
ORDER BY series, observations DESC, join_rule, result_source_id, compute_source_id
