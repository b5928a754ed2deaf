-- Accuracies read in papers that no other paper or source confirms and some contradict, those in fits first (--set benchmark=mmlu)
SELECT
    benchmark,
    metric,
    paper_id,
    model,
    value,
    confidence,
    in_fit,
    contradicted_by,
    nearest
FROM accuracy_witnesses
WHERE confirmed_by IS NULL AND benchmark = coalesce(getvariable('benchmark'), benchmark)
ORDER BY in_fit DESC, nearest DESC, benchmark, metric, paper_id, model, value, result_id
