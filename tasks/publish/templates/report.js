/* Draws the charts with the page's own colours and fonts, again whenever light turns to dark. */
(() => {
  const specs = JSON.parse(document.getElementById("charts").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /* Each estimator's line, band, targets and powers have the colour of its role: the headline's is the strongest. */
  const lines = () => {
    const styles = {};
    for (const [role, width] of [["headline", 2.6], ["study_power_law", 1.8], ["study_exponential", 1.2]]) {
      const color = colour(`--${role}`);
      styles[role] = { color, stroke: color, strokeWidth: width };
      for (const part of ["band", "target", "dot", "interval"]) styles[`${part}-${role}`] = { color };
    }
    return styles;
  };

  const theme = () => {
    const ink = colour("--ink"), muted = colour("--muted"), rule = colour("--rule"), paper = colour("--paper");
    const font = getComputedStyle(document.querySelector(".chart")).fontFamily;
    return {
      background: "transparent",
      font,
      padding: { left: 2, right: 8, top: 8, bottom: 4 },
      view: { stroke: null },
      axis: {
        domainColor: rule, tickColor: rule, gridColor: rule, gridOpacity: 0.6, labelColor: muted, titleColor: muted,
        labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", labelPadding: 6, titlePadding: 10,
      },
      axisY: { domain: false, ticks: false },
      range: { category: document.body.dataset.methods.split(" ").map((m) => colour(`--${m}`)) },
      style: {
        observation: { stroke: paper, strokeWidth: 0.8, cursor: "pointer" },
        ...lines(),
        target: { color: ink, fontSize: 12 },
        bound: { color: colour("--warn"), strokeWidth: 1.2 },
        floor: { color: colour("--warn"), strokeWidth: 1.2 },
        "floor-text": { color: colour("--warn"), fontSize: 12 },
      },
    };
  };

  const options = () => ({
    ast: true,
    actions: false,
    renderer: "svg",
    config: theme(),
    tooltip: { theme: "page" },
    loader: { target: "_blank", rel: "noopener noreferrer" },
  });

  const draw = () =>
    Promise.all(
      [...document.querySelectorAll(".chart")].map((place, i) =>
        vegaEmbed(place, specs[i], options()).catch((problem) => {
          place.textContent = `The chart could not be drawn (${problem.message}); its points stand in the table below.`;
        })
      )
    ).then(() => document.documentElement.setAttribute("data-charts", "drawn"));

  dark.addEventListener("change", draw);
  draw();
})();
