-- Every paper by every id and title that a source gives it
SELECT DISTINCT paper_id, arxiv_id, title
FROM (
    SELECT paper_id, arxiv_id, title FROM core_papers
    UNION ALL
    SELECT paper_id, arxiv_id, title FROM raw_papers
    UNION ALL
    SELECT paper_id, NULL, paper_title FROM raw_models
    UNION ALL
    SELECT paper_id, NULL, paper_title FROM raw_scores
)
WHERE paper_id IS NOT NULL
ORDER BY ALL
