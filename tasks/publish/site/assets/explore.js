/* Explore: a reader's own question, answered by the published curves and assumptions, and all observations as a table. */
(() => {
  const { make, choice, amount, percent, between } = site;
  const { benchmarks, assumptions, inputs } = site.data.explore;
  const place = (name) => document.getElementById(name);
  const TABLE_ROWS = 100, SECONDS_PER_HOUR = 3600, HOURS_PER_YEAR = 24 * 365.25, WATTS_PER_KILOWATT = 1000;

  /* --- the compute of a target by a curve */

  /* Where log error along the curve meets the target; before and behind the curve there is no answer. */
  const crossing = (points, target) => {
    const wanted = Math.log(target);
    for (let i = 0; i + 1 < points.length; i += 1) {
      const [[x, e], [x2, e2]] = [points[i], points[i + 1]].map(([at, error]) => [at, Math.log(error)]);
      if ((e - wanted) * (e2 - wanted) <= 0 && e !== e2) return x + ((x2 - x) * (e - wanted)) / (e - e2);
    }
    return null;
  };

  /* A half-width as past records ask for; as `widened` in tasks/evaluate/calibration.py. */
  const LEAST_WIDTH = 0.1;
  const widened = (value, bound, outwards, factor) => {
    if (bound === null || factor === null) return bound;
    const width = outwards * (bound - value);
    return value + outwards * (width + (factor - 1) * (width + LEAST_WIDTH));
  };

  /* log10 of the compute with its limits; null where the curve does not get there as far as it is drawn. */
  const computeOf = (fit, best, target) => {
    const column = (i) => fit.curve.filter((p) => p[i] !== null && p[i] !== undefined && p[i] > 0).map((p) => [p[0], p[i]]);
    const value = fit.rises ? crossing(column(1), target) : null;
    if (value === null) return null;
    const found = fit.widening.find(([atLeast, below]) => target / best >= atLeast && (below === null || target / best < below));
    const factor = found ? found[2] : null;
    return {
      value, beyond: value - fit.log10_flop_max,
      lower: widened(value, crossing(column(2), target), -1, factor),
      upper: widened(value, crossing(column(3), target), 1, factor),
    };
  };

  /* --- what it costs: as tasks/costs/targets.py, value and both ends at once */

  const each = (make_) => [0, 1, 2].map(make_); // value, cheap end, expensive end
  const product = (...figures) => each((i) => figures.reduce((a, f) => a * f[i], 1));
  const over = (a, b) => [a[0] / b[0], a[1] / b[2], a[2] / b[1]];
  const exactly = (value) => [value, value, value];

  const costsOf = (flop, numbers) => {
    const perHour = product(numbers.chip_peak_flop_per_s, numbers.utilisation, exactly(SECONDS_PER_HOUR));
    const energy = over(product(numbers.chip_power_w, numbers.pue), exactly(WATTS_PER_KILOWATT));
    const owned = () => {
      const life = product(numbers.owned_life_years, exactly(HOURS_PER_YEAR));
      const bought = over(product(numbers.chip_price_usd, numbers.owned_server_factor), life);
      const electricity = product(energy, numbers.usd_per_kwh);
      return each((i) => bought[i] + electricity[i]);
    };
    const hourly = {
      cost_usd: numbers.usd_per_chip_hour ?? owned(), energy_kwh: energy,
      co2e_kg: product(energy, numbers.grid_co2e_kg_per_kwh),
    };
    const hours = [flop.value, flop.lower, flop.upper].map((x) => (x === null ? null : 10 ** x));
    const chipHours = [hours[0] / perHour[0], hours[1] && hours[1] / perHour[2], hours[2] && hours[2] / perHour[1]];
    return Object.fromEntries(Object.entries(hourly).map(([name, figure]) =>
      [name, chipHours.map((h, i) => (h === null ? null : h * figure[i]))]));
  };

  const figureOf = (name, given) => {
    const asked = Number(given);
    if (given !== undefined && given !== "" && asked > 0) return exactly(asked);
    const { value, lower, upper } = assumptions[name];
    return [value, lower ?? value, upper ?? value];
  };

  /* --- the question */

  const asked = () => {
    const state = site.state();
    return { benchmark: benchmarks.find((b) => b.slug === state.benchmark) ?? benchmarks[0], state };
  };

  const answer = async () => {
    const { benchmark, state } = asked();
    const { fits, headline } = await site.load(`curves-${benchmark.slug}`);
    const fit = fits.find((f) => f.estimator === state.estimator) ?? fits.find((f) => f.estimator === headline) ?? fits[0];
    const target = Number(state.target || benchmark.target) / 100;
    const numbers = Object.fromEntries(Object.keys(assumptions).map((name) => [name, figureOf(name, state[name])]));
    const told = place("answer");
    const flop = target > 0 && target < 1 ? computeOf(fit, benchmark.best, target) : null;
    const costs = flop && costsOf(flop, numbers);
    told.replaceChildren(...(flop ? answered(benchmark, fit, target, flop, costs) : [make("p", { class: "lead" }, noFigure(fit, target))]));
    document.documentElement.dataset.answer = JSON.stringify({ ...flop, ...costs });
  };

  const linear = (x) => (x === null ? null : 10 ** x);
  const row = (name, column, [value, lower, upper]) => make("tr", {}, make("th", { scope: "row" }, name),
    make("td", { class: "number" }, amount(column, value)), make("td", {}, between(column, lower, upper)));
  const answered = (benchmark, fit, target, flop, costs) => [
    make("p", { class: "lead" }, sentence(benchmark, target, flop, costs)),
    make("table", {}, make("caption", {}, `By the ${fit.name}, with its interval; costs by the assumptions above, all at their cheap end for the lower limit and at their expensive end for the upper`),
      make("tbody", {}, row("computing", "training_flop", [flop.value, flop.lower, flop.upper].map(linear)),
        row("cost", "cost_usd", costs.cost_usd), row("energy", "energy_kwh", costs.energy_kwh), row("carbon", "co2e_kg", costs.co2e_kg))),
    make("p", { class: "note" }, far(flop)),
  ];

  const plain = (value) => value.toLocaleString("en", { maximumSignificantDigits: 2 });
  const sentence = (benchmark, target, flop, costs) => {
    const times = flop.beyond > 0.1 ? `about ${plain(10 ** flop.beyond)} times the computing of the largest run in the data` : "no more computing than the largest run in the data";
    return `To reach ${percent(target)} ${benchmark.error_name} on ${benchmark.title} would take ${times}: `
      + `${amount("cost_usd", costs.cost_usd[0])} and ${amount("co2e_kg", costs.co2e_kg[0])} of CO₂.`;
  };
  const noFigure = (fit, target) => !(target > 0 && target < 1) ? "Give an error between 0 and 100 %." : fit.rises
    ? `By the ${fit.name} there is no figure for ${percent(target)}: it lies outside the curve, which is drawn up to ten million times beyond the data.`
    : `By the ${fit.name} these data cannot tell whether error falls with computing.`;
  const far = ({ beyond }) => beyond <= 0 ? "This lies within the data."
    : `That is ${plain(10 ** beyond)} times the largest training run in the data${beyond > 1 ? ", farther than such curves have been tested: it is arithmetic, not a forecast" : ""}.`;

  const changed = (name, value) => { site.remember({ [name]: value }); answer(); };
  const number = (name, label, value, placeholder) => make("div", { class: "switch" }, make("label", { for: `switch-${name}` }, label),
    make("input", { id: `switch-${name}`, name, type: "number", min: "0", step: "any", value: value ?? "", placeholder, inputmode: "decimal",
      onchange: (event) => changed(name, event.target.value) }));

  const shortly = (value) => (value >= 1e6 ? value.toExponential() : String(value));

  const ask = async () => {
    const { benchmark, state } = asked();
    const { fits, headline } = await site.load(`curves-${benchmark.slug}`);
    const other = (_, slug) => { site.remember({ benchmark: slug, estimator: "", target: "" }); ask(); };
    place("question").replaceChildren(
      choice("benchmark", "Benchmark", benchmarks.map((b) => [b.slug, b.title]), benchmark.slug, other),
      number("target", `Target: ${benchmark.error_name} in % (lowest so far ${percent(benchmark.best)})`, state.target, String(benchmark.target)),
      choice("estimator", "Curve", fits.map((f) => [f.estimator, f.name]), state.estimator || headline, changed));
    place("assumptions").replaceChildren(...inputs.filter(({ name }) => assumptions[name]).map(({ name, label }) =>
      number(name, label, state[name], shortly(assumptions[name].value))));
    await answer();
  };

  /* --- the table */

  const ALL_POINTS = benchmarks.concat(site.data.explore.others).filter((b) => site.data[`points-${b.slug}`]);
  const titles = Object.fromEntries(ALL_POINTS.map((b) => [b.slug, b.title]));
  /* What fits use comes first, benchmark by benchmark. */
  const observed = ALL_POINTS.flatMap((b) => site.unpack(site.data[`points-${b.slug}`]).map((row) => ({ series: b.slug, ...row })))
    .sort((a, b) => b.in_fit - a.in_fit);
  const columns = Object.keys(observed[0] ?? {});
  const known = ALL_POINTS.reduce((n, b) => n + site.data[`points-${b.slug}`].known, 0);
  const untold = known > observed.length ? `, of ${known.toLocaleString("en")} in out_observations.csv` : "";

  const tableRow = (row) => make("tr", {},
    make("th", { scope: "row" }, site.modelLink(row.model_key, row.model)),
    make("td", {}, make("a", { href: `benchmark/${row.series}.html#point=${row.observation_id}` }, titles[row.series])),
    make("td", {}, row.year ?? "–"), make("td", { class: "number" }, percent(row.error)),
    make("td", { class: "number" }, amount("training_flop", row.training_flop)),
    make("td", {}, site.data.facts.methods[row.method] ?? row.method),
    make("td", { class: "number" }, amount("cost_usd", row.cost_usd)), make("td", {}, row.in_fit ? "yes" : "no"));

  let shown = [];
  const show = () => {
    const state = site.state();
    shown = site.filtered(observed, state).filter((row) => (state.of ?? "all") === "all" || row.series === state.of);
    place("count").textContent = `${shown.length.toLocaleString("en")} observations${untold}${shown.length > TABLE_ROWS ? `; the first ${TABLE_ROWS} of them below` : ""}`;
    place("rows").replaceChildren(...shown.slice(0, TABLE_ROWS).map(tableRow));
    const of = (state.of ?? "all") === "all" ? [] : [`series = '${state.of}'`];
    place("sql").textContent = site.sqlOf(site.data.explore.sql, [...of, ...site.conditions(state)]);
    document.documentElement.dataset.drawn = String(shown.length);
  };
  const filtered = (name, value) => { site.remember({ [name]: value }); show(); };

  const start = () => {
    const state = site.state();
    place("filters").replaceChildren(
      choice("of", "Benchmark", [["all", "all"], ...ALL_POINTS.map((b) => [b.slug, b.title])], state.of ?? "all", filtered),
      ...site.yearSwitches(observed, state, filtered));
    place("more").replaceChildren(...site.filterSwitches(observed, state, filtered));
    show();
    ask();
  };

  place("save-csv").addEventListener("click", () => site.saveText("observations.csv", "text/csv", site.csv(shown, columns)));
  window.addEventListener("hashchange", start);
  start();
})();
