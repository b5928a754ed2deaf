-- Estimates whose figure, to nine digits, is also that of another paper: where one rests on no words and no run of its
-- own, or two papers' on the same words
WITH figure AS (
    SELECT
        printf('%.9g', training_flop) AS printed,
        paper_id,
        nullif(quote, '') AS quote,
        coalesce(hardware <> '' AND chips > 0 AND duration_hours > 0, FALSE)
        OR coalesce(quote <> '' AND (compute_source = 'paper' OR method <> 'hardware_time'), FALSE) AS has_origin
    FROM core_compute_estimates
)
SELECT *
FROM listed_estimates
WHERE printf('%.9g', training_flop) IN (
    SELECT printed
    FROM figure
    GROUP BY ALL
    HAVING min(paper_id) <> max(paper_id)
        AND (
            NOT bool_and(has_origin)
            OR count(DISTINCT quote) < count(DISTINCT {'quote': quote, 'paper': paper_id}) FILTER (quote IS NOT NULL)
        )
)
ORDER BY estimate_id
