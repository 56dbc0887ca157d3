// Draws ZPL labels. The renderer (WebAssembly, 3 MB on the wire) is loaded when the first one comes into view.
let renderer;

// The renderer knows no change of code set in the middle of a Code 128 (^BC with >5 to >9) and draws a longer, wrong one.
// Its automatic mode (A) makes the very changes that are spelled out in our labels, so they are left to it.
function understood(zpl) {
  const bars = /\^BC([NRIB]),(\d*),([YN]?),([YN]?),([YN]?)(?:,N?)?((?:\^FH.?)?\^FD)((?:>[5-9:;]|[^>^~])*)\^FS/g;
  return zpl.replace(bars, (_, turned, height, line, above, check, field, data) => {
    return `^BC${turned},${height},${line},${above},${check},A${field}${data.replace(/>[5-9:;]/g, "")}^FS`;
  });
}

async function draw(figure) {
  const said = figure.querySelector("[data-said]");
  try {
    const answer = await fetch(figure.dataset.zpl, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`the label could not be fetched (${answer.status})`);
    const zpl = understood(await answer.text());
    renderer ??= import(figure.dataset.renderer).then((found) => found.ready);
    const { api } = await renderer;
    const { width, height, dpmm } = figure.dataset;
    const png = await api.zplToBase64Async(zpl, Number(width), Number(height), Number(dpmm));
    const image = new Image();
    image.alt = figure.dataset.alt;
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    said.replaceWith(image);
    figure.dataset.drawn = "yes";
  } catch (error) {
    said.textContent = `This label cannot be drawn: ${error.message ?? error}.`;
    figure.dataset.drawn = "no";
  }
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((found) => found.isIntersecting)) {
    seen.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "200px" });

function look(root) {
  for (const figure of root.querySelectorAll("[data-zpl]:not([data-drawn])")) {
    figure.dataset.drawn = "waiting";
    seen.observe(figure);
  }
}

document.addEventListener("htmx:load", (event) => look(event.target));
look(document);
