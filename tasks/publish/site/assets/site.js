/* What pages with charts that move have in common: Vega draws with the page's own colours, again when light turns to
   dark. `site.draw(place, spec)` draws a specification into an element and resolves to Vega's view; the
   element gets an event `drawn` with the view, each time. */
(() => {
  const site = (window.site ??= {});
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map();

  /* Every "var(--name)" in a specification becomes the page's colour of that name. */
  const coloured = (value) => {
    if (typeof value === "string") {
      return value.replace(/^var\((--[\w-]+)\)$/, (_, name) =>
        getComputedStyle(document.documentElement).getPropertyValue(name).trim());
    }
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coloured(inner)]));
    }
    return value;
  };

  site.draw = async (place, spec) => {
    drawn.set(place, spec);
    const { view } = await vegaEmbed(place, coloured(spec), {
      ast: true,
      actions: false,
      renderer: "svg",
      config: coloured(site.data.theme),
      tooltip: { theme: "page" },
      loader: { target: "_blank", rel: "noopener noreferrer" },
    });
    place.dispatchEvent(new CustomEvent("drawn", { detail: view }));
    return view;
  };

  dark.addEventListener("change", () => drawn.forEach((spec, place) => site.draw(place, spec)));
})();
