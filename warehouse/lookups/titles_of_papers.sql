-- A title of every paper that has one
SELECT paper_id, any_value(title) AS title
FROM (
    SELECT paper_id, title FROM out_observations
    UNION ALL
    SELECT paper_id, title FROM core_papers
    UNION ALL
    SELECT paper_id, title FROM raw_papers
    UNION ALL
    SELECT paper_id, paper_title FROM raw_scores
)
WHERE paper_id IS NOT NULL AND title IS NOT NULL GROUP BY paper_id ORDER BY paper_id
