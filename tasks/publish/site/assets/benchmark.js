/* A benchmark's page: the chart as the switches ask for it, its words, its table, and the evidence of a point. */
(() => {
  const { make, choice, amount, percent, between } = site;
  const page = document.getElementById("benchmark").dataset;
  const { fits, targets, floor, chance, headline, study, error_name: errorName, per_flop: perFlop } = site.data[`curves-${page.series}`];
  const { axes, charts, methods } = site.data.charts;
  const observed = site.unpack(site.data[`points-${page.series}`]);
  const place = (name) => document.getElementById(name);
  const DECADES_BEYOND = 6, TABLE_ROWS = 100;

  let view = null, drawn = null, shown = [], picked = null;

  /* Unless the address says otherwise, the points are those of the fits where there is a fit. */
  const stateNow = () => ({ ...(fits.length ? { in_fit: "true" } : {}), ...site.state() });

  const fitOf = (name) => fits.find((fit) => fit.estimator === name);
  const axisOf = (state) => axes.find((axis) => axis.column === state.x) ?? axes[0];
  const chosenFit = (state) => fitOf(state.estimator) ?? fitOf(headline) ?? fitOf(study) ?? fits[0];

  /* --- what is drawn */

  const pointRows = (rows, { column }) => {
    const within = rows.filter((row) => row[column] !== null && row[column] > 0);
    const [least, most] = [Math.min(...within.map((r) => r[column])) / 2, Math.max(...within.map((r) => r[column])) * 2];
    return within.map((row) => ({
      ...row,
      x: row[column],
      x_lower: Math.max(row[`${column}_lower`] ?? row[column], least),
      x_upper: Math.min(row[`${column}_upper`] ?? row[column], most),
      paper: row.title ?? row.paper_id,
      error_words: percent(row.error),
      x_words: amount(column, row[column]),
      range_words: column === "year" ? "–" : between(column, row[`${column}_lower`], row[`${column}_upper`]),
      method_words: methods[row.method] ?? row.method,
      fit_words: row.in_fit ? "yes" : `no: ${row.exclusion_reason ?? "reason not given"}`,
    }));
  };

  /* The curve as far as it is drawn; no error lies above one. */
  const reaches = (fit, farthest) => fit.curve.filter(([x, error]) => error <= 1 && x <= Math.min(farthest, fit.log10_flop_max + DECADES_BEYOND));
  const farthestOf = (fit) => {
    const asked = fit.estimates.map((e) => e.log10_flop).filter((x) => x !== null && x <= fit.log10_flop_max + DECADES_BEYOND);
    return Math.max(fit.log10_flop_max + 1, ...asked.map((x) => x + 0.5));
  };

  /* What so much compute is on the axis: by the assumptions of the estimates, in which all costs are proportional. */
  const onAxis = ({ column }, x) => (x === null ? null : perFlop[column] * 10 ** x);

  const lineRows = (axis, fit, role, farthest) => {
    const drawn = reaches(fit, farthest);
    const row = ([x, error], beyond) => ({ x: onAxis(axis, x), error, role, beyond, part: `${role} ${beyond}` });
    const within = drawn.filter(([x]) => x <= fit.log10_flop_max + 1e-3);
    return [...within.map((p) => row(p, false)), ...drawn.slice(within.length - 1).map((p) => row(p, true))];
  };

  const crossRows = (axis, fit, role, farthest) => fit.estimates
    .filter((e) => e.log10_flop !== null && e.log10_flop <= farthest)
    .map((e) => ({
      x: onAxis(axis, e.log10_flop), error: e.target_error, role, target_words: `${percent(e.target_error)} by ${fit.name}`,
      x_words: `${amount(axis.column, onAxis(axis, e.log10_flop))} (${between(axis.column, onAxis(axis, e.lower), onAxis(axis, e.upper))})`,
      status_words: e.reason,
    }));

  /* Lines across that lie near the points: one far below would press all points to the top. */
  const levelRows = (rows) => {
    const errors = rows.map((row) => row.error);
    const [least, most] = [Math.min(...errors) / 4, Math.max(...errors) * 1.6];
    return [
      ...(floor === null ? [] : [{ kind: "floor", error: floor, label: `wrong labels, at least ${percent(floor)}` }]),
      ...(chance === null ? [] : [{ kind: "chance", error: chance, label: `a guess: ${percent(chance)}` }]),
      ...targets.map(({ error }) => ({ kind: "target", error, label: `target ${percent(error)}` })),
    ].filter(({ error }) => error >= least && error <= most);
  };

  const dataOf = (state, axis) => {
    const points = pointRows(shown, axis);
    const fit = chosenFit(state), old = fitOf(study);
    const levels = points.length ? levelRows(points) : [];
    const [below, above] = [true, false].map((isGuess) => levels.filter(({ kind }) => (kind === "chance") === isGuess));
    const data = { points, levels, named_above: above, named_below: below, lines: [], band: [], crosses: [] };
    if (!perFlop[axis.column] || !fit || !points.length) return data;
    const farthest = farthestOf(fit);
    const drawn = [[fit, "chosen"], ...(old && old !== fit ? [[old, "study"]] : [])];
    data.lines = drawn.flatMap(([f, role]) => lineRows(axis, f, role, farthest));
    data.crosses = drawn.flatMap(([f, role]) => crossRows(axis, f, role, farthest));
    const least = Math.min(...[...points, ...data.lines, ...data.crosses].map((row) => row.error)) / 1.3;
    data.band = reaches(fit, farthest).filter(([, , lower, upper]) => lower && upper)
      .map(([x, , lower, upper]) => ({ x: onAxis(axis, x), lower: Math.max(lower, least), upper: Math.min(upper, 1) }));
    return data;
  };

  /* --- words beside the chart */

  const finding = (state, axis, points) => {
    if (!points.length) return "No observation is left by these switches.";
    const best = points.reduce((a, b) => (b.error < a.error ? b : a));
    const count = `${points.length} ${points.length === 1 ? "model" : "models"}; the lowest ${errorName} is ${percent(best.error)} (${best.model}${best.year ? `, ${best.year}` : ""}).`;
    if (!perFlop[axis.column]) return `${count} The line follows the lowest error reached up to each year.`;
    const fit = chosenFit(state);
    if (!fit) return `${count} There are too few models whose computing for training is known for a curve.`;
    if (!fit.rises) return `${count} ${fit.title}: these data cannot tell whether error falls with computing at all.`;
    const halving = `${count} By the ${fit.name}, halving the error takes about ${fit.halving} times the computing${fit.halving_range ? ` (${fit.halving_range})` : ""}.`;
    return axis === axes[0] ? halving : `${halving} Points: each run on its own chips, in its own year. Curves: at the prices and on the chips that the estimates assume, so the two need not meet.`;
  };

  const legendRows = (state, axis) => {
    const fit = chosenFit(state), old = fitOf(study);
    return [
      ...(axis === axes[0] ? [] : [["record", "lowest error reached so far"]]),
      ...(fit && perFlop[axis.column] ? [["chosen", `${fit.name}, with its interval`], ...(old && old !== fit ? [["study", old.name]] : [])] : []),
    ];
  };

  const sql = (state) => `-- In warehouse.duckdb of this release; without the conditions: flows query points\n${
    site.sqlOf(page.sql, [`series = '${page.series}'`, ...site.conditions(state)])}`;

  const tableRow = (row) => make("tr", {},
    make("th", { scope: "row" }, make("button", { type: "button", class: "plain", onclick: () => pick(row.observation_id, true) }, row.model)),
    make("td", {}, row.year ?? "–"), make("td", { class: "number" }, percent(row.error)),
    make("td", { class: "number" }, amount("training_flop", row.training_flop)),
    make("td", {}, methods[row.method] ?? row.method), make("td", {}, row.in_fit ? "yes" : "no"));

  const tell = (state, axis, points) => {
    const said = finding(state, axis, points);
    place("finding").textContent = said;
    place("legend").replaceChildren(...legendRows(state, axis).map(([role, words]) => make("li", { class: role }, words)));
    place("sql").textContent = sql(state);
    place("permanent").href = location.href;
    place("table-note").textContent = points.length > TABLE_ROWS
      ? `The ${TABLE_ROWS} with the lowest error of ${points.length}; the CSV has all.` : `${points.length} in all.`;
    place("rows").replaceChildren(...points.slice(0, TABLE_ROWS).map(tableRow));
  };

  /* --- the evidence of a point */

  const pick = async (id, move) => {
    const row = observed.find((r) => r.observation_id === id);
    if (!row) return;
    picked = id;
    site.remember({ point: id });
    view?.signal("picked", id).runAsync();
    const panel = place("evidence");
    panel.replaceChildren(...(await site.evidenceOf(row)));
    panel.hidden = false;
    if (move) panel.focus();
  };

  /* --- drawing */

  const spec = (state, axis, data) => {
    const made = structuredClone(charts[axis.column]);
    made.datasets = data;
    made.layer = made.layer.filter((layer) => data[layer.data.name].length);
    made.description = finding(state, axis, data.points);
    made.title = {
      text: page.title, subtitle: `${errorName} by ${axis.name}`, anchor: "start", fontSize: 13, color: "var(--ink)", subtitleColor: "var(--muted)",
    };
    made.params.find((p) => p.name === "picked").value = picked ?? "";
    return made;
  };

  const draw = async () => {
    const state = stateNow(), axis = axisOf(state);
    shown = site.filtered(observed, state);
    const data = dataOf(state, axis);
    const curve = document.getElementById("switch-estimator");
    if (curve) curve.parentElement.hidden = !perFlop[axis.column]; // no curve is drawn across years
    tell(state, axis, data.points);
    drawn = spec(state, axis, data);
    await site.draw(place("drawing"), drawn);
    document.documentElement.dataset.drawn = String(data.points.length);
  };

  const changed = (name, value) => { site.remember({ [name]: value }); draw(); };

  const switches = (state) => [
    ...(fits.length ? [choice("estimator", "Curve", fits.map((f) => [f.estimator, f.estimator === headline ? `${f.name} (headline)` : f.name]), chosenFit(state)?.estimator, changed)] : []),
    choice("x", "Horizontal axis", axes.map((axis) => [axis.column, axis.name]), axisOf(state).column, changed),
    ...site.yearSwitches(observed, state, changed),
  ];

  const CSV_COLUMNS = site.data[`points-${page.series}`].columns;
  const still = () => site.still(drawn, place("drawing").clientWidth);
  const downloads = {
    svg: async () => site.saveText(`${page.series}.svg`, "image/svg+xml", await (await still()).toSVG()),
    png: async () => site.save(`${page.series}.png`, await (await still()).toImageURL("png", 2)),
    csv: () => site.saveText(`${page.series}.csv`, "text/csv", site.csv(shown, CSV_COLUMNS)),
  };

  const start = () => {
    const state = stateNow();
    place("switches").replaceChildren(...switches(state));
    place("filters").replaceChildren(...site.filterSwitches(observed, state, changed));
    draw().then(() => state.point && pick(state.point, false));
  };

  place("drawing").addEventListener("drawn", ({ detail }) => {
    view = detail;
    view.addEventListener("click", (_, item) => item?.datum?.observation_id && pick(item.datum.observation_id, false));
  });
  for (const [kind, save] of Object.entries(downloads)) place(`save-${kind}`).addEventListener("click", save);
  place("reset").addEventListener("click", () => { history.replaceState(null, "", "#"); picked = null; place("evidence").hidden = true; start(); });
  window.addEventListener("hashchange", start);
  start();
})();
