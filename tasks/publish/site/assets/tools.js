/* What pages with switches have in common: elements made without markup, rows, figures in words, the state in the
   address, switches, downloads. Text from papers only ever becomes text (textContent), never markup. */
(() => {
  const site = (window.site ??= {});

  /* An element with attributes (`onclick` and the like are listeners) and children, which are elements or text. */
  site.make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  };

  /* Rows as objects, from lists in the order of the columns. */
  site.unpack = ({ columns, rows }) =>
    rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? null])));

  /* A file of data/, loaded once; resolves to what it assigns. A page from file:// may not fetch. */
  const loading = new Map();
  site.load = (name) => {
    if (site.data[name]) return Promise.resolve(site.data[name]);
    if (!loading.has(name)) {
      loading.set(name, new Promise((done, failed) => {
        const script = site.make("script", { src: `${document.body.dataset.root}data/${name}.js` });
        script.onload = () => done(site.data[name]);
        script.onerror = () => failed(new Error(`data/${name}.js is missing`));
        document.head.append(script);
      }));
    }
    return loading.get(name);
  };

  /* --- figures in words */

  const RAISED = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((raised, digit) => [digit, raised])) };
  const plain = (value) => value.toLocaleString("en", { maximumSignificantDigits: 2 });
  const scaled = site.scaled = (value) => {
    for (const [size, name] of [[1e12, " trillion"], [1e9, " billion"], [1e6, " million"]]) {
      if (value >= size) return plain(value / size) + name;
    }
    return plain(value);
  };
  const power = (value) => {
    const [mantissa, exponent] = value.toExponential(1).split("e");
    return `${Number(mantissa)}×10${[...String(Number(exponent))].map((c) => RAISED[c]).join("")}`;
  };
  const exactFlop = (v) => `${v < 1e6 ? plain(v) : power(v)} FLOP`;
  const AMOUNTS = {
    training_flop: (v) => `${site.chipTime(v)} (${exactFlop(v)})`,
    cost_usd: (v) => `$${v < 1e15 ? scaled(v) : power(v)}`,
    energy_kwh: (v) => {
      const [size, unit] = [[1e9, "TWh"], [1e6, "GWh"], [1e3, "MWh"], [1, "kWh"]].find(([s]) => v >= s) ?? [1, "kWh"];
      return `${v < 1e15 ? plain(v / size) : power(v / size)} ${unit}`;
    },
    co2e_kg: (v) => (v < 1000 ? `${plain(v)} kg` : `${v < 1e15 ? scaled(v / 1000) : power(v / 1000)} tonnes`),
    year: (v) => String(v),
  };
  site.amount = (column, value) => (value === null || value === undefined ? "not known" : AMOUNTS[column](value));
  /* How long a fast chip takes for so much computing; as quantities.chip_time. */
  site.chipTime = (flop) => {
    const seconds = flop / site.data.facts.chip_flop_per_s;
    const [size, unit] = [[31_557_600, "year"], [86_400, "day"], [3600, "hour"], [60, "minute"]].find(([s]) => seconds >= s) ?? [1, "second"];
    if (unit === "year" && seconds / size > 1e7) return "more than ten million years of one fast chip";
    const said = scaled(seconds / size);
    return `${said} ${unit}${said === "1" ? "" : "s"} of one fast chip`;
  };
  site.percent = (fraction) => `${Number((100 * fraction).toPrecision(3))} %`;
  /* A range stands beside its figure: of computing, whose words are long, it is in numbers. */
  site.between = (column, lower, upper) => {
    const said = (value) => (column === "training_flop" ? exactFlop(value) : site.amount(column, value));
    if (lower === null && upper === null) return "no limits known";
    if (lower === null) return `up to ${said(upper)}`;
    return upper === null ? `${said(lower)} and up` : `${said(lower)} to ${said(upper)}`;
  };

  /* --- the state of the switches, kept in the address: links keep it, and going back goes back */

  site.state = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  site.remember = (changes) =>
    history.replaceState(null, "", `#${new URLSearchParams({ ...site.state(), ...changes })}`);

  /* A labelled choice; `options` are pairs of value and words. */
  site.choice = (name, label, options, chosen, changed) => {
    const select = site.make("select", { name, id: `switch-${name}`, onchange: () => changed(name, select.value) },
      options.map(([value, words]) => site.make("option", { value, selected: value === chosen }, words)));
    return site.make("div", { class: "switch" }, site.make("label", { for: `switch-${name}` }, label), select);
  };

  /* --- filters: one choice for each column of which the rows have several values */

  const MOST_VALUES = 12;
  const ALL = "all", STATED = "stated", UNKNOWN = "unknown", UNSTATED = ["none", UNKNOWN, "not applicable"];
  const isAsked = (state, column) => (state[column] ?? ALL) !== ALL;
  const asText = (cell) => (cell === null ? UNKNOWN : String(cell));
  const asked = (rows, { column }) => {
    const values = new Set(rows.map((row) => asText(row[column])));
    if (values.size <= MOST_VALUES) return [...values].sort();
    return [STATED, ...UNSTATED.filter((value) => values.has(value))];
  };
  const USUAL = { true: "yes", false: "no", unknown: "not known", stated: "any" };
  const worded = (value, { words }) => [words, USUAL].find((known) => Object.hasOwn(known, value))?.[value] ?? value;

  site.filterSwitches = (rows, state, changed) =>
    site.data.filters
      .map((filter) => [filter, asked(rows, filter)])
      .filter(([, values]) => values.length > 1)
      .map(([filter, values]) => site.choice(filter.column, filter.label,
        [[ALL, "all"], ...values.map((value) => [value, worded(value, filter)])], state[filter.column] ?? ALL, changed));

  site.yearSwitches = (rows, state, changed) => {
    const years = [...new Set(rows.map((row) => row.year).filter((year) => year !== null))].sort();
    const options = [["", "any"], ...years.map((year) => [String(year), String(year)])];
    return [["from", "From year"], ["to", "To year"]].map(([name, label]) =>
      site.choice(name, label, options, state[name] ?? "", changed));
  };

  site.filtered = (rows, state) => {
    const kept = site.data.filters.filter(({ column }) => isAsked(state, column));
    return rows.filter((row) =>
      kept.every(({ column }) =>
        state[column] === STATED ? !UNSTATED.includes(asText(row[column])) : asText(row[column]) === state[column])
      && (!state.from || (row.year !== null && row.year >= Number(state.from)))
      && (!state.to || (row.year !== null && row.year <= Number(state.to))));
  };

  /* The same choice as conditions of SQL. */
  site.conditions = (state) => {
    const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
    const clauses = site.data.filters.filter(({ column }) => isAsked(state, column)).map(({ column }) => {
      const value = state[column];
      const text = `coalesce(${column}::VARCHAR, '${UNKNOWN}')`;
      return value === STATED ? `${text} NOT IN (${UNSTATED.map(quoted).join(", ")})` : `${text} = ${quoted(value)}`;
    });
    if (state.from) clauses.push(`year >= ${Number(state.from)}`);
    if (state.to) clauses.push(`year <= ${Number(state.to)}`);
    return clauses;
  };
  site.sqlOf = (sql, conditions) =>
    `SELECT * FROM (\n${sql.trim()}\n)${conditions.length ? `\nWHERE ${conditions.join("\n  AND ")}` : ""}`;

  /* --- downloads */

  // The rule of tasks/publish/spreadsheet.py.
  const FORMULA = /^[=+\-@＝＋－＠\t\r\n]/;
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    const text = typeof value === "string" && FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  site.csv = (rows, columns) => [columns, ...rows.map((row) => columns.map((c) => row[c]))]
    .map((cells) => cells.map(cell).join(",")).join("\n") + "\n";

  site.save = (name, content) => {
    const address = typeof content === "string" && content.startsWith("data:")
      ? content : URL.createObjectURL(content);
    site.make("a", { href: address, download: name }).click();
    if (address.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(address), 1000);
  };
  site.saveText = (name, type, text) => site.save(name, new Blob([text], { type: `${type};charset=utf-8` }));
})();
