/* The search over all models. */
(() => {
  const { make } = site;
  const MOST = 60;
  const models = site.unpack(site.data.models);
  const plain = (text) => text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const searched = models.map((model) => [plain(model.name), model]);
  const field = document.getElementById("search");

  const rank = (name, asked) => (name === asked ? 0 : name.startsWith(asked) ? 1 : 2);
  const found = (words) => {
    const parts = words.split(/\s+/).map(plain).filter(Boolean), asked = plain(words);
    const hits = searched.filter(([name]) => parts.every((part) => name.includes(part)));
    return hits.map(([name, model], place) => [rank(name, asked), place, model])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , model]) => model);
  };

  const row = (model) => make("tr", {},
    make("th", { scope: "row" }, site.modelLink(model.key, model.name)),
    ...["year", "in_fits", "results", "estimates", "disclosures"].map((column) =>
      make("td", { class: "number" }, String(model[column] ?? "–"))));

  const show = () => {
    const hits = field.value.trim() ? found(field.value) : models;
    document.getElementById("count").textContent = `${hits.length.toLocaleString("en")} ${hits.length === 1 ? "model" : "models"}`
      + (hits.length > MOST ? `, the ${MOST} best known of them below` : "");
    document.getElementById("rows").replaceChildren(...hits.slice(0, MOST).map(row));
    document.documentElement.dataset.drawn = String(hits.length);
  };

  field.value = site.state().q ?? "";
  field.addEventListener("input", () => { site.remember({ q: field.value }); show(); });
  window.addEventListener("hashchange", () => { field.value = site.state().q ?? ""; show(); });
  show();
})();
