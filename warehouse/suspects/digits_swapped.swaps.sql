-- Accuracies whose value is, with two neighbouring digits changed over, the value that other papers state of the same
-- model, the value of fewer papers or of as many. Values less than $apart apart may be those of two trainings; not doubted
-- is a value that a third one lies as near to, or that names of which every paper has one ("ours") go by
WITH accuracy AS (
    SELECT 'core_results' AS table_name, result_id, paper_id, model, model_key, benchmark, metric, value, -1 AS place
    FROM core_results
    UNION ALL
    SELECT table_name, result_id, paper_id, model, model_key, benchmark, metric, value, place FROM of_others
),
of_several AS (
    SELECT benchmark, metric, model_key
    FROM accuracy
    WHERE model_key <> ''
    GROUP BY ALL
    HAVING max(value) - min(value) >= $apart AND min(paper_id) <> max(paper_id)
),
printed AS (
    SELECT DISTINCT benchmark, metric, model_key, value, replace(printf('%.4f', value), '.', '') AS digits
    FROM accuracy SEMI JOIN of_several USING (benchmark, metric, model_key)
),
changed_over AS (
    SELECT * EXCLUDE (digits), digits[:i - 1] || digits[i + 1] || digits[i] || digits[i + 2:] AS digits
    FROM (SELECT *, unnest(range(1, length(digits))) AS i FROM printed)
),
pair AS MATERIALIZED (
    SELECT DISTINCT benchmark, metric, model_key, swapped.value, other.value AS other
    FROM changed_over AS swapped
    JOIN printed AS other USING (benchmark, metric, model_key, digits)
    WHERE abs(swapped.value - other.value) >= $apart
),
near AS MATERIALIZED (
    SELECT * FROM accuracy SEMI JOIN pair USING (benchmark, metric, model_key)
),
named AS MATERIALIZED (
    SELECT *
    FROM near
    WHERE model NOT IN (SELECT model FROM (SELECT DISTINCT model FROM near) WHERE is_generic(model))
),
stated AS (
    SELECT benchmark, metric, model_key, value, list_sort(list(DISTINCT paper_id)) AS papers,
        min({'place': place, 'id': result_id}) AS first
    FROM named
    GROUP BY ALL
),
judged AS MATERIALIZED (
    SELECT *, coalesce(lead(value) OVER of_model - value < $apart OR value - lag(value) OVER of_model < $apart, FALSE) AS has_near
    FROM stated
    WINDOW of_model AS (PARTITION BY benchmark, metric, model_key ORDER BY value)
)
SELECT named.table_name, named.result_id, named.paper_id, named.model, named.value, pair.other,
    array_to_string(others.papers[:3], ', ') AS papers
FROM named
JOIN pair USING (benchmark, metric, model_key, value)
JOIN judged AS own USING (benchmark, metric, model_key, value)
JOIN judged AS others
    ON others.benchmark = pair.benchmark AND others.metric = pair.metric AND others.model_key = pair.model_key
    AND others.value = pair.other
WHERE NOT own.has_near AND len(own.papers) <= len(others.papers) AND NOT list_has_any(own.papers, others.papers)
ORDER BY named.table_name, named.result_id, others.first
