/* What pages with charts that move have in common. A chart on the page keeps the page's own colours as "var(--name)", so
   that it follows light, dark and print by itself. `site.draw(place, spec)` draws a specification into an element and
   resolves to Vega's view; the element gets an event `drawn` with the view, each time. `site.still(spec, width)`
   resolves to a view off the page with its colours filled in, for files. */
(() => {
  const site = (window.site ??= {});

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

  const OPTIONS = { ast: true, actions: false, renderer: "svg", loader: { target: "_blank", rel: "noopener noreferrer" } };

  site.draw = async (place, spec) => {
    const { view } = await vegaEmbed(place, spec, { ...OPTIONS, config: site.data.theme, tooltip: { theme: "page" } });
    place.dispatchEvent(new CustomEvent("drawn", { detail: view }));
    return view;
  };

  site.still = async (spec, width) => {
    const theme = coloured(site.data.theme);
    const { view } = await vegaEmbed(document.createElement("div"), { ...coloured(spec), width }, { ...OPTIONS, config: theme });
    return view;
  };
})();
