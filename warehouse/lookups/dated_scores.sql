-- Scores of models with the day by which each was known, whether or not their compute is: stated, else the month of the paper's arXiv id, else the year's end
WITH score AS (
    SELECT
        result_id, benchmark, metric, model, value, paper_id, year,
        try_cast(published AS DATE) AS published,
        is_own, is_ensemble, NULL::DOUBLE AS confidence
    FROM raw_scores
    UNION ALL
    SELECT result_id, benchmark, metric, model, value, paper_id, year, NULL, true, is_ensemble, NULL
    FROM raw_observations
    UNION ALL
    -- What a person has put right is as sure as what a person has read.
    SELECT
        result_id, benchmark, metric, model, value, paper_id, year, NULL, is_own, is_ensemble,
        CASE WHEN correction IS NULL THEN confidence END
    FROM core_results
),
dated AS (
    SELECT
        *,
        coalesce(
            published,
            CASE WHEN regexp_matches(paper_id, '^\d\d(0[1-9]|1[0-2])\.\d{4,5}')
                THEN last_day(make_date(2000 + paper_id[1:2]::BIGINT, paper_id[3:4]::BIGINT, 1)) END,
            make_date(year, 12, 31)
        ) AS day
    FROM score
    WHERE NOT coalesce(is_ensemble, false)
)
SELECT result_id, benchmark, metric, model, value, strftime(day, '%Y-%m-%d') AS scored_on, is_own, confidence
FROM dated
WHERE day IS NOT NULL
