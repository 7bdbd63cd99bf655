// While the page waits for its query: for how long, and a button that stops it.  To stop means that the
// browser waits no more; the server notices, and stops the query.  The browser's own stop button does the same.
(() => {
  "use strict";
  const form = document.querySelector("form.sql");
  const status = document.createElement("p");
  const words = document.createElement("span");
  const seconds = document.createElement("span");
  const button = document.createElement("button");
  let ticking = null;

  status.className = "am-running-query";
  status.setAttribute("role", "status");
  seconds.setAttribute("aria-hidden", "true"); // or a screen reader would count aloud
  button.type = "button";
  button.textContent = "Stop";
  status.append(words, " ", seconds, " ", button);

  function show(text) {
    clearInterval(ticking);
    words.textContent = text;
    seconds.textContent = "";
    button.hidden = true;
    status.hidden = !text;
  }

  function start() {
    show("Running…");
    button.hidden = false;
    const since = performance.now();
    ticking = setInterval(() => {
      seconds.textContent = `${Math.round((performance.now() - since) / 1000)} s`;
    }, 1000);
  }

  form.append(status);
  show("");
  form.addEventListener("submit", start);
  button.addEventListener("click", () => {
    window.stop();
    show("Stopped.");
    form.querySelector("input[type=submit]").focus();
  });
  // Back from the result the page may be the one that was left, as it was.
  window.addEventListener("pageshow", () => show(""));
})();
