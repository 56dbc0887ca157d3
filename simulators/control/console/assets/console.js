// What pages cannot do by themselves: clocks that run, and a stream that rests while nobody looks.
"use strict";

// A browser keeps six lines to one host; pages in the background give theirs up.
let stream = null;
htmx.createEventSource = (address) => (stream = new EventSource(address));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    stream?.close();
  } else if (stream?.readyState === EventSource.CLOSED) {
    stream.onerror?.(new Event("error")); // the extension opens a new one
  }
});

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (number) => String(number).padStart(2, "0");

function shown(at) {
  const day = `${DAYS[at.getUTCDay()]} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
  return `${day}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

function run(clock) {
  clock.dataset.began ??= String(performance.now());
  const passed = (performance.now() - Number(clock.dataset.began)) * Number(clock.dataset.speed);
  clock.textContent = shown(new Date(Number(clock.dataset.now) + passed));
}

setInterval(() => document.querySelectorAll("[data-speed]").forEach(run), 500);
document.addEventListener("htmx:load", (event) => event.target.querySelectorAll?.("[data-speed]").forEach(run));

// What is wrong with a form is seen at once, however far down the form stands.
document.addEventListener("htmx:load", (event) => {
  event.target.querySelector?.(".wrong")?.scrollIntoView({ block: "center" });
});

// The number of a note that was shown means nothing any more.
function tidy() {
  const address = new URL(location.href);
  if (address.searchParams.has("note")) {
    address.searchParams.delete("note");
    history.replaceState(history.state, "", address);
  }
}

document.addEventListener("htmx:load", tidy);
document.addEventListener("htmx:pushedIntoHistory", tidy);

// A note goes away by itself, unless somebody is reading or pointing at it.
document.addEventListener("htmx:load", (event) => {
  for (const note of event.target.querySelectorAll?.(".note") ?? []) {
    setTimeout(() => note.matches(":hover, :focus-within") || note.classList.add("gone"), 8000);
  }
});
