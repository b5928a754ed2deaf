/* The page of one model: model.html#<key>. */
(() => {
  const { make, amount, percent, between } = site;
  const facts = site.data.facts;
  const body = document.getElementById("model");

  const table = (caption, heads, rows) => make("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" },
    make("table", { class: "wide" }, make("caption", {}, caption),
      make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, rows)));
  const cells = (...parts) => make("tr", {}, make("th", { scope: "row" }, parts[0] ?? "–"), parts.slice(1).map((part) => make("td", {}, part ?? "–")));
  const small = (first, ...more) => [String(first ?? "–"), ...more.filter(Boolean).map((words) => make("small", {}, words))];
  const benchmark = (slug) => facts.benchmarks[slug] ?? slug;
  const source = (id) => facts.sources[id] ?? id;

  const observations = (model) => table("Accuracy joined with computing, what the curves are drawn through first", ["Benchmark", "Error", "Computing", "Used for the curve", "Why the two belong together"],
    model.observations.map((o) => cells(
      make("a", { href: `${document.body.dataset.root}benchmark/${o.series}.html#point=${o.observation_id}` }, benchmark(o.series)),
      make("span", { class: "number" }, percent(o.error)), make("span", { class: "number" }, amount("training_flop", o.training_flop)),
      o.in_fit ? "yes" : small("no", o.exclusion_reason), make("details", {}, make("summary", {}, "the reason"), o.join_reason))));

  const results = (model) => table("Scores, the paper’s own first", ["Benchmark", "Score", "Whose", "Paper", "Words it rests on"],
    model.results.map((r) => cells(benchmark(r.benchmark), small(r.raw_value ?? r.value, r.metric?.replaceAll("_", " "), r.test_protocol),
      small(r.is_own ? "the paper’s own" : "quoted from others", source(r.source_id)), site.paper(r.paper_id, model.titles),
      [...small(r.quote, [r.page ? `page ${r.page}` : null, r.location, r.box].filter(Boolean).join(", "),
        r.confidence !== null ? `${percent(r.confidence)} sure` : null, `id ${r.result_id}`),
      site.pictured(r.result_id, r, model.titles)])));

  const estimates = (model) => [...model.estimates].sort((a, b) => (b === bestEstimate(model)) - (a === bestEstimate(model))).map((e, i) => make("details", { open: i === 0 },
    make("summary", {}, `${amount("training_flop", e.training_flop)}, ${facts.methods[e.method] ?? e.method}, ${e.paper_id}${e.is_preferred ? "" : " (another figure is preferred)"}`),
    make("p", {}, "Paper: ", site.paper(e.paper_id, model.titles), "; id ", make("code", {}, e.estimate_id)),
    ...site.estimateParts(e, model).filter(Boolean), make("h4", {}, "What the run cost"), site.costTable(e)));

  const disclosures = (model) => [make("details", { open: model.disclosures.length <= 12 },
    make("summary", {}, `${model.disclosures.length} ${model.disclosures.length === 1 ? "figure" : "figures"} with their words`), site.disclosureList(model.disclosures, model.titles))];

  const parts = [
    ["observations", "In the benchmarks", (model) => [observations(model)]],
    ["estimates", "Computing for training, and its cost", estimates],
    ["results", "Scores", (model) => [results(model)]],
    ["disclosures", "What papers disclose of its training", disclosures],
  ];

  const more = (model, part) => model.counts[part] > model[part].length
    ? make("p", { class: "note" }, `${model[part].length ? `The first ${model[part].length} of ` : ""}${model.counts[part]}; the release’s tables have all: `, make("code", {}, `flows query provenance --set model='${model.name}'`)) : "";

  /* The compute that its fits use, else the preferred figure. */
  const bestEstimate = (model) => {
    const fitted = new Set(model.observations.filter((o) => o.in_fit).map((o) => o.estimate_id));
    return model.estimates.find((e) => fitted.has(e.estimate_id)) ?? model.estimates.find((e) => e.is_preferred) ?? model.estimates[0];
  };

  const lead = (model) => {
    const papers = new Set([...model.results, ...model.estimates, ...model.disclosures].map((row) => row.paper_id).filter(Boolean));
    const best = bestEstimate(model);
    const told = (column) => `${amount(column, best[column])}, with a range of ${between(column, best[`${column}_lower`], best[`${column}_upper`])}`;
    const worth = best && best.cost_usd !== null ? ` computing worth about ${told("cost_usd")}; that is` : "";
    const compute = best ? ` Its training took${worth} about ${told("training_flop")}.` : " How much computing its training took is not known.";
    return `${model.counts.results} ${model.counts.results === 1 ? "score" : "scores"} in ${papers.size} ${papers.size === 1 ? "paper" : "papers"}.${compute}`;
  };

  const asked = () => {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return location.hash.slice(1);
    }
  };

  const show = async () => {
    const key = asked();
    const model = key ? await site.modelOf(key) : null;
    document.documentElement.dataset.drawn = model ? key : "none";
    if (!model) {
      body.replaceChildren(make("h1", {}, "No such model"), make("p", {}, `This release has no model with the key “${key}”. `, make("a", { href: "models.html" }, "Search all models")));
      return;
    }
    document.title = `${model.name} · Diminishing Returns`;
    const several = new Set(model.results.map((r) => r.paper_id)).size > 3;
    body.replaceChildren(make("h1", {}, model.name), make("p", { class: "lead" }, lead(model)),
      several ? make("p", { class: "note" }, "Models of one name stand together here; papers may mean different ones by it.") : "",
      ...parts.filter(([part]) => model.counts[part]).flatMap(([part, title, made]) =>
        [make("h2", { id: part }, title), ...(model[part].length ? made(model).filter(Boolean) : []), more(model, part)]));
  };

  window.addEventListener("hashchange", show);
  show();
})();
