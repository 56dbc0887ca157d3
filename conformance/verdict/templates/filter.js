"use strict";
const form = document.getElementById("filters");
const entries = [...document.querySelectorAll(".entry")];
const groups = [...document.querySelectorAll(".group")];
const texts = new Map(entries.map((entry) => [entry, entry.textContent.toLowerCase()]));

function fits(entry, wanted) {
  const level = wanted.get("level");
  return (
    (!wanted.get("verdict") || entry.dataset.verdict.split(" ").includes(wanted.get("verdict"))) &&
    (!wanted.get("profile") || entry.dataset.profiles.split(" ").includes(wanted.get("profile"))) &&
    (!level || entry.dataset.levels.split("|").includes(level)) &&
    wanted.get("text").toLowerCase().split(/\s+/).every((word) => texts.get(entry).includes(word))
  );
}

function apply() {
  const wanted = new FormData(form);
  for (const entry of entries) entry.hidden = !fits(entry, wanted);
  for (const group of groups) group.hidden = !group.querySelector(".entry:not([hidden])");
  const rows = entries.filter((entry) => entry.classList.contains("row"));
  const left = rows.filter((row) => !row.hidden).length;
  form.querySelector("output").textContent = `${left} of ${rows.length} requirements shown`;
}

function open() {
  const found = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (found && found.tagName === "DETAILS") found.open = true;
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.execCommand("copy");
  }
  button.textContent = "Copied";
}

form.hidden = false;
form.addEventListener("input", apply);
form.addEventListener("reset", () => setTimeout(apply));
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", open);
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  form.elements.text.focus();
});
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
apply();
open();
