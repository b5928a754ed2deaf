/* Where figures come from: a model's rows from its file, and the evidence of one observation, step by step. */
(() => {
  const { make, amount, percent, between } = site;
  const facts = site.data.facts;
  const COSTS = ["cost_usd", "energy_kwh", "co2e_kg"];

  /* Which file has the model; as `shard_of` in model_pages.py. */
  const shardOf = (key) => [...key].reduce((at, c) => (31 * at + c.codePointAt(0)) % 65521, 7) % facts.shards;

  /* All that is known of a model: its name and its rows as objects, and the titles of papers; null where there is none. */
  site.modelOf = async (key) => {
    const shard = await site.load(`model-${shardOf(key)}`);
    if (!Object.hasOwn(shard.models, key)) return null;
    const packed = shard.models[key];
    const part = (name) => site.unpack({ columns: shard.columns[name], rows: packed[name] });
    return {
      key, name: packed.name, counts: packed.counts, titles: shard.titles, observations: part("observations"), results: part("results"),
      estimates: part("estimates"), disclosures: part("disclosures"),
    };
  };

  const ARXIV = /^(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?\/\d{7})(v\d+)?$/;
  site.paper = (id, titles) => {
    if (!id) return "–";
    const words = titles[id] ? `${titles[id]} (${id})` : id;
    return ARXIV.test(id) ? make("a", { href: `https://arxiv.org/abs/${id}`, rel: "noopener noreferrer" }, words) : words;
  };
  site.modelLink = (key, words) => make("a", { href: `${document.body.dataset.root}model.html#${encodeURIComponent(key)}` }, words);

  const said = (pairs) => make("dl", { class: "pairs" }, pairs.filter(([, words]) => words !== null && words !== undefined && words !== "")
    .flatMap(([name, words]) => [make("dt", {}, name), make("dd", {}, words)]));
  const quoted = (row) => row.quote ? make("blockquote", {}, row.quote) : null;
  const place = (row) => [row.page ? `page ${row.page}` : null, row.location, row.box].filter(Boolean).join(", ");
  const source = (id) => facts.sources[id] ?? id;
  const confidence = (row) => row.confidence === null || row.confidence === undefined ? null
    : `${percent(row.confidence)} sure${row.confidence_reasons ? `; lowered by: ${row.confidence_reasons}` : ""}`;
  const explained = (id) => make("code", {}, `flows explain ${id}`);

  /* The place on the page with its frame, where the paper's licence allows to show it. */
  site.pictured = (id, row, titles) => {
    const [file, licence, address] = facts.pictures[id] ?? [];
    if (!file) return null;
    const alt = `Part of page ${row.page} with a frame around “${row.raw_value}”${row.location ? `: ${row.location}` : ""}`;
    return make("figure", { class: "page" },
      make("img", { src: `${document.body.dataset.root}evidence/${file}`, alt, loading: "lazy" }),
      make("figcaption", {}, `Page ${row.page} of `, site.paper(row.paper_id, titles), ", ",
        make("a", { href: address, rel: "license noopener noreferrer" }, licence), "; cut out, the frame is ours"));
  };

  /* A score in its own words: value, benchmark and where it stands. */
  site.resultParts = (row, titles) => [
    quoted(row), site.pictured(row.result_id, row, titles),
    said([["Where", place(row)], ["Read by", source(row.source_id)], ["How sure", confidence(row)],
      ["Tested by", row.test_protocol], ["Extra data", row.extra_data], ["Look at it", explained(row.result_id)]]),
  ];

  const disclosed = (row, titles) => make("li", {},
    make("b", {}, `${facts.fields[row.field] ?? row.field}: ${row.raw_value}`), row.phase === "unknown" ? "" : ` (${row.phase})`,
    quoted(row), site.pictured(row.disclosure_id, row, titles),
    make("small", {}, [place(row), confidence(row)].filter(Boolean).join("; "), " · ", explained(row.disclosure_id)));
  site.disclosureList = (rows, titles) => make("ul", { class: "evidence" }, rows.map((row) => disclosed(row, titles)));

  /* An estimate of compute, step by step: what was multiplied, what each figure rests on, what came out. */
  site.estimateParts = (estimate, { disclosures, titles }) => {
    const ids = (estimate.evidence_ids ?? "").split(" ");
    const cited = disclosures.filter((row) => ids.includes(row.disclosure_id));
    const [product, ...notes] = estimate.basis.split("; ");
    const factors = product.split(/ x (?![^()]*\))/); // not within brackets
    const spelt = (factor) => factor.replace(/^\d[\d.]*e\+\d+/, (number) => site.scaled(Number(number)));
    const steps = [...factors.map((factor, i) => `${i ? "times " : ""}${spelt(factor)}`), ...notes];
    return [
      said([["Method", facts.methods[estimate.method] ?? estimate.method], ["Counts", facts.scopes[estimate.compute_scope] ?? "not said"],
        ["From", estimate.compute_source], ["Of", estimate.model]]),
      make("ol", { class: "steps" }, steps.map((step) => make("li", {}, step))),
      make("p", {}, "makes ", make("b", {}, amount("training_flop", estimate.training_flop)),
        `, between ${between("training_flop", estimate.training_flop_lower, estimate.training_flop_upper)}.`),
      estimate.flags ? make("p", { class: "note" }, `Note: ${estimate.flags}.`) : null,
      quoted(estimate),
      cited.length ? [make("h4", {}, "Figures it uses"), site.disclosureList(cited, titles)] : null,
    ].flat();
  };

  site.costTable = (estimate) => {
    const known = COSTS.filter((column) => estimate[column] !== null);
    if (!known.length) return make("p", {}, "What this run cost is not known.");
    const rows = known.map((column) => make("tr", {}, make("th", { scope: "row" }, facts.costs[column]),
      make("td", {}, amount(column, estimate[column])),
      make("td", {}, between(column, estimate[`${column}_lower`], estimate[`${column}_upper`]))));
    return make("div", {}, make("table", {}, make("tbody", {}, rows)),
      make("p", { class: "note" }, estimate.cost_basis, estimate.cost_flags ? ` — ${estimate.cost_flags}` : ""));
  };

  const others = (model, row, result, estimate) => {
    const scores = model.results.filter((r) => r.result_id !== result?.result_id && r.benchmark === result?.benchmark && r.metric === result?.metric);
    const computes = model.estimates.filter((e) => e.estimate_id !== estimate?.estimate_id);
    const items = [
      ...scores.map((r) => `${r.raw_value ?? r.value} by ${source(r.source_id)}, ${r.paper_id ?? "no paper named"}`),
      ...computes.map((e) => `${amount("training_flop", e.training_flop)}, ${facts.methods[e.method] ?? e.method}, by ${source(e.source_id)}, ${e.paper_id ?? "no paper named"}`),
    ];
    const MOST = 12;
    return items.length ? make("ul", {}, items.slice(0, MOST).map((words) => make("li", {}, words)),
      items.length > MOST ? make("li", {}, `and ${items.length - MOST} more on the model’s page`) : null)
      : make("p", {}, "No other source gives a figure for this model here.");
  };

  /* The evidence of one observation, as elements. */
  site.evidenceOf = async (row) => {
    const model = await site.modelOf(row.model_key);
    const seen = model?.observations.find((o) => o.observation_id === row.observation_id);
    const result = model?.results.find((r) => r.result_id === seen?.result_id);
    const estimate = model?.estimates.find((e) => e.estimate_id === seen?.estimate_id);
    if (!seen || !estimate) return [make("h2", {}, row.model), make("p", {}, "These pages show evidence for the best known models only. For this one, ask the release: ", explained(row.observation_id))];
    return [
      make("h2", {}, row.model),
      said([["Paper", site.paper(row.paper_id, { ...model.titles, [row.paper_id]: row.title })], ["Year", row.year],
        ["Error", `${percent(row.error)} (printed ${result?.raw_value ?? row.value})`],
        ["Computing", `${amount("training_flop", row.training_flop)} (${between("training_flop", row.training_flop_lower, row.training_flop_upper)})`],
        ["Used for the curve", row.in_fit ? "yes" : `no: ${row.exclusion_reason}`],
        ["Why these two belong together", seen.join_reason], ["Everything known of it", site.modelLink(row.model_key, `all of ${model.name}`)]]),
      make("h3", {}, "The score"), ...(result ? site.resultParts(result, model.titles) : []),
      make("h3", {}, "The computing, step by step"), ...site.estimateParts(estimate, model),
      make("h3", {}, "What the run cost"), site.costTable(estimate),
      make("h3", {}, "Figures of other sources"), others(model, row, result, estimate),
    ].filter(Boolean);
  };
})();
