-- How many papers were read, and for what share of them training compute can be estimated, by year
SELECT
    year,
    count(*) AS papers,
    count(*) FILTER (document_status IN ('read', 'partly_read')) AS documents_read,
    sum(results_own) AS own_results,
    sum(disclosures) AS disclosures,
    count(*) FILTER (has_compute) AS with_compute,
    round(100 * count(*) FILTER (has_compute) / count(*), 0) AS with_compute_pct
FROM out_papers
GROUP BY year
ORDER BY year
