-- Models of which two sources or more speak: what each has, how far they are apart, and whether agreement confirms anything.
-- accuracies: What each source says of the accuracy.
-- accuracy_spread: Largest minus smallest accuracy of the sources, in the unit of the metric.
-- computes: What each source says of the training compute, in FLOP, and by which method.
-- compute_ratio: Largest over smallest training compute of the sources.
-- accuracy_differs: True where the accuracies are more than 0.2 apart.
-- compute_differs: True where the computes are more than a factor of 1.5 apart.
-- independence: Whether agreement confirms anything: which source descends from which.
CREATE OR REPLACE VIEW source_disagreements AS
WITH source_of_paper AS (
    SELECT paper_id, source_id FROM core_results
    UNION
    SELECT paper_id, source_id FROM raw_observations
    UNION
    SELECT paper_id, source_id FROM raw_scores
    UNION
    SELECT paper_id, result_source_id FROM core_observations
    UNION
    SELECT paper_id, source_id FROM core_compute_estimates
),
of_several AS (
    SELECT paper_id FROM source_of_paper GROUP BY paper_id HAVING count(*) > 1
),
stated AS (
    SELECT result_id, source_id, benchmark, metric, paper_id, model, model_key, value
    FROM core_results
    SEMI JOIN of_several USING (paper_id)
    WHERE is_own AND NOT coalesce(is_ensemble, false)
    UNION ALL
    SELECT result_id, source_id, benchmark, metric, paper_id, model, NULL, value
    FROM raw_observations WHERE NOT is_ensemble
    UNION ALL
    SELECT result_id, source_id, benchmark, metric, paper_id, model, model_key, value
    FROM raw_scores WHERE NOT coalesce(is_ensemble, false)
),
-- A hub names no paper, a hand-read row no key: the observation that they became has both.
scores AS (
    SELECT
        s.source_id, s.benchmark, s.metric, s.value, s.model,
        coalesce(o.series, s.benchmark) AS series,
        coalesce(s.paper_id, o.paper_id) AS paper_id,
        coalesce(s.model_key, o.model_key) AS model_key
    FROM stated s
    LEFT JOIN core_observations o USING (result_id)
    WHERE coalesce(s.paper_id, o.paper_id) IS NOT NULL AND coalesce(s.model_key, o.model_key) IS NOT NULL
),
score_of_source AS (
    SELECT
        series, benchmark, metric, paper_id, model_key, source_id, min(model) AS model,
        median(value) AS middle, min(value) AS least, max(value) AS most
    FROM scores GROUP BY ALL
),
accuracy AS (
    SELECT
        series, benchmark, metric, paper_id, model_key, min(model) AS model,
        list(source_id) AS sources,
        max(middle) - min(middle) AS spread,
        string_agg(
            source_id || ' ' || CASE WHEN least = most THEN format('{:g}', middle)
                ELSE format('{:g} ({:g} to {:g})', middle, least, most) END, '; ' ORDER BY source_id
        ) AS listed
    FROM score_of_source GROUP BY ALL
),
figures AS (
    SELECT DISTINCT paper_id, model_key, source_id, method, training_flop
    FROM core_compute_estimates
    SEMI JOIN of_several USING (paper_id)
),
compute AS (
    SELECT
        paper_id, model_key,
        list(DISTINCT source_id) AS sources,
        max(training_flop) / min(training_flop) AS ratio,
        string_agg(
            format('{} {:.3g} by {}', source_id, training_flop, method), '; ' ORDER BY source_id, method, training_flop
        ) AS listed
    FROM figures GROUP BY ALL
),
together AS (
    SELECT
        a.series, a.benchmark, a.metric, a.paper_id, a.model, a.model_key,
        a.listed AS accuracies,
        CASE WHEN len(a.sources) > 1 THEN round(a.spread, 4) END AS accuracy_spread,
        c.listed AS computes,
        CASE WHEN len(c.sources) > 1 THEN round(c.ratio, 3) END AS compute_ratio,
        list_distinct(list_concat(a.sources, coalesce(c.sources, []))) AS sources
    FROM accuracy a
    LEFT JOIN compute c USING (paper_id, model_key)
    WHERE len(a.sources) > 1 OR len(c.sources) > 1
)
SELECT
    * EXCLUDE (sources),
    coalesce(accuracy_spread > 0.2, false) AS accuracy_differs,
    coalesce(compute_ratio > 1.5, false) AS compute_differs,
    coalesce((
        SELECT string_agg(s.source_id || ' descends from ' || s.descends_from, '; ' ORDER BY s.source_id)
            || ': agreement is no confirmation'
        FROM data_sources s WHERE list_contains(together.sources, s.source_id) AND s.descends_from <> ''
    ), 'each read the paper itself') AS independence
FROM together;
