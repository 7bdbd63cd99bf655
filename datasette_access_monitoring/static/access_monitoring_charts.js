// Draws the charts of a page: their specifications come with it, made by the server.
// Expressions are interpreted (ast), never compiled: a policy without unsafe-eval is enough.
(() => {
  "use strict";

  const options = {
    mode: "vega-lite",
    renderer: "svg",
    ast: true,
    actions: false, // "open in the editor" would send the data to somebody else's server
    tooltip: false, // the browser's own, as text, instead of one made of HTML
    defaultStyle: false,
  };

  async function draw(figure, chart) {
    const place = figure.querySelector(".am-drawing");
    await vegaEmbed(place, JSON.parse(chart.spec), options);
    // Vega makes it a document of hundreds of marks; it is one picture, and the table has the rest.
    place.setAttribute("role", "img");
    place.removeAttribute("aria-roledescription");
    place.setAttribute("aria-label", `${chart.title}. ${chart.description}`);
  }

  for (const figure of document.querySelectorAll(".am-chart")) {
    const select = figure.querySelector("select");
    const charts = [...figure.querySelectorAll("[data-spec]")].map((one) => one.dataset);
    figure.hidden = false;
    const chosen = () => charts[select ? select.selectedIndex : 0];
    const show = () =>
      draw(figure, chosen()).catch((error) => {
        figure.hidden = true; // the table is there
        console.error("a chart could not be drawn", error);
      });
    show();
    if (select) select.addEventListener("change", show);
  }
})();
