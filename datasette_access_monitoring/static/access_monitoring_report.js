// Follows a run that goes on: asks how far it is, shows that in the list of its sections, and loads the page
// once more when it has ended. Without this file the page loads itself again every few seconds.
(() => {
  "use strict";
  const list = document.querySelector("#am-progress");
  const done = document.querySelector("#am-done");
  const OFTEN = 1000;
  const SELDOM = 5000;
  const OFTEN_FOR = 60000;
  const started = Date.now();

  function show(element, text) {
    if (element.textContent !== text) element.textContent = text; // what stays is not read out again
  }

  function showSection(item, section) {
    const status = item.querySelector(".am-status");
    show(status, section.status);
    status.className = `am-status am-${section.status.toLowerCase()}`;
    const rows = section.rows === null ? "" : `${section.rows.toLocaleString("en")} row${section.rows === 1 ? "" : "s"}`;
    show(item.querySelector("small"), rows);
  }

  // Whether the run goes on.
  async function look() {
    const response = await fetch(list.dataset.state);
    if (!response.ok) return false;
    const { run, sections } = await response.json();
    sections.forEach((section, index) => showSection(list.children[index], section));
    const ended = sections.filter((section) => section.rows !== null).length;
    show(done, `${ended} of ${sections.length} sections done`);
    return run.status === "RUNNING";
  }

  function follow() {
    setTimeout(async () => {
      let goesOn = true;
      try {
        goesOn = await look();
      } catch {
        show(done, "the server cannot be reached; trying again");
      }
      if (goesOn) follow();
      else location.reload();
    }, Date.now() - started < OFTEN_FOR ? OFTEN : SELDOM);
  }

  follow();
})();
