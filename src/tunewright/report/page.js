document.documentElement.classList.add("scripted");
// A finger scrolls the page past a figure; a mouse may drag to zoom, twice click to return.
const mouse = matchMedia("(hover: hover)").matches;
const settings = {
  responsive: true, displaylogo: false, displayModeBar: mouse ? "hover" : false,
  modeBarButtons: [["zoom2d", "pan2d", "resetScale2d", "toImage"]],
};
for (const plot of document.querySelectorAll(".plot")) {
  const figure = JSON.parse(plot.nextElementSibling.textContent);
  figure.layout.dragmode = mouse ? "zoom" : false;
  Plotly.newPlot(plot, figure.data, figure.layout, settings);
}
