// A figure is drawn when it comes near the window. Plotly is unpacked for the first; where that fails, stills stand.
const AHEAD = "800px";
// A finger scrolls the page past a figure; a mouse may drag to zoom, twice click to return.
const mouse = matchMedia("(hover: hover)").matches;
const settings = {
  responsive: true, displaylogo: false, displayModeBar: mouse ? "hover" : false,
  modeBarButtons: [["zoom2d", "pan2d", "resetScale2d", "toImage"]],
};
const told = (plot) => JSON.parse(plot.nextElementSibling.textContent);

async function unpack() {
  const packed = Uint8Array.from(atob(document.getElementById("plotly").textContent), (one) => one.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(unpacked).text();
  document.head.append(script);
}

let plotly;
async function draw(plot) {
  plotly ??= unpack();
  await plotly;
  const figure = told(plot);
  figure.layout.dragmode = mouse ? "zoom" : false;
  await Plotly.newPlot(plot, figure.data, figure.layout, settings);
}

const stand = () => document.documentElement.classList.remove("scripted");
const seen = (entries, observer) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) {
      observer.unobserve(target);
      draw(target).catch((error) => { stand(); throw error; });
    }
  }
};

if ("DecompressionStream" in window && "IntersectionObserver" in window) {
  document.documentElement.classList.add("scripted");
  const watch = new IntersectionObserver(seen, { rootMargin: AHEAD });
  for (const plot of document.querySelectorAll(".plot")) {
    plot.style.height = `${told(plot).layout.height}px`; // room, so that nothing moves when it is drawn
    watch.observe(plot);
  }
}
