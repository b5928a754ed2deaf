-- Results of the models of which two values, of whatever source, have the same digits in another order
WITH value AS (
    SELECT benchmark, metric, model_key, value FROM core_results
    UNION
    SELECT benchmark, metric, model_key, value FROM of_others
),
swapped AS (
    SELECT DISTINCT benchmark, metric, model_key
    FROM value
    GROUP BY benchmark, metric, model_key, list_sort(string_split(printf('%.4f', value), ''))
    HAVING count(*) > 1
)
SELECT r.*
FROM core_results r
SEMI JOIN swapped USING (benchmark, metric, model_key)
ORDER BY r.result_id
