// What HTML alone cannot do for a result: its rows are sorted by a column, a value is copied, a long text is
// unfolded where it stands.  Nothing is asked of the server: what is sorted are the rows that are shown.
(() => {
  "use strict";

  // --- Sorting ---------------------------------------------------------------------------------

  // UTF-16 puts the characters beyond 16 bits before some that they come after.
  const place = (unit) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);

  function compareTexts(a, b) {
    const shorter = Math.min(a.length, b.length);
    for (let at = 0; at < shorter; at++) {
      if (a[at] !== b[at]) return place(a.charCodeAt(at)) - place(b.charCodeAt(at));
    }
    return a.length - b.length;
  }

  const compareNumbers = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  const ORDERS = {
    // Every value of a column has as many digits after the point, so they can be counted as one whole number.
    exact: { read: (text) => BigInt(text.replace(".", "")), compare: compareNumbers },
    double: { read: Number, compare: compareNumbers },
    text: { read: (text) => text, compare: compareTexts },
  };

  // What a cell is sorted by; null for NULL.
  function keyOf(cell, order) {
    if (cell.querySelector(".am-null")) return null;
    return order.read(cell.dataset.key || cell.querySelector("bdi").textContent);
  }

  function sorted(rows, column, order, direction) {
    const keyed = rows.map((row) => ({ row, key: keyOf(row.cells[column], order) }));
    keyed.sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return direction * order.compare(a.key, b.key);
    });
    return keyed.map((one) => one.row);
  }

  // Ascending, descending, and back to the order that the query gave.
  const NEXT = { none: "ascending", ascending: "descending", descending: "none" };

  function makeSortable(region, say) {
    const [body] = region.querySelector("table").tBodies;
    const asGiven = [...body.rows];
    if (asGiven.length < 2) return;
    const headings = [...region.querySelectorAll("thead th")];
    headings.forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "am-sort";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const next = NEXT[heading.getAttribute("aria-sort") || "none"];
        for (const one of headings) one.removeAttribute("aria-sort");
        if (next === "none") {
          body.append(...asGiven);
          say("In the order of the query.");
          return;
        }
        heading.setAttribute("aria-sort", next);
        const order = ORDERS[heading.dataset.order];
        body.append(...sorted(asGiven, column, order, next === "ascending" ? 1 : -1));
        const only = "cut" in region.dataset ? ` Only the ${asGiven.length.toLocaleString("en")} rows that are shown.` : "";
        say(`Sorted by ${button.textContent}, ${next}.${only}`);
      });
    });
  }

  // --- Copying ---------------------------------------------------------------------------------

  function select(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  async function copy(cell, say) {
    const value = cell.querySelector("bdi, .am-null");
    try {
      // There is no clipboard on a page without https, and a browser may refuse it.
      await navigator.clipboard.writeText(value.textContent);
      say("Copied.");
    } catch {
      select(value);
      say(document.execCommand("copy") ? "Copied." : "The value is selected: copy it with Ctrl-C or Cmd-C.");
    }
  }

  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  // One button, which goes to the cell that is pointed at or has the focus.  One cell at a time can be
  // reached by Tab; the arrow keys go from it to others.
  function makeCopyable(region, say) {
    const [body] = region.querySelector("table").tBodies;
    if (!body.rows.length) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "am-copy";
    button.textContent = "Copy";
    button.addEventListener("click", () => copy(button.parentElement, say));
    let current = body.rows[0].cells[0];

    function take(cell) {
      current.removeAttribute("tabindex");
      current = cell;
      current.tabIndex = 0;
    }

    function show(event) {
      const cell = event.target.closest("td");
      if (!cell || button.parentElement === cell) return;
      if (event.type === "pointerover" && document.activeElement === button) return;
      cell.append(button);
      if (event.type === "focusin") take(cell);
    }

    take(current);
    body.addEventListener("pointerover", show);
    body.addEventListener("focusin", show);
    body.addEventListener("pointerleave", () => {
      if (!button.parentElement?.contains(document.activeElement)) button.remove();
    });
    body.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step || event.target !== current) return;
      const row = body.rows[current.parentElement.sectionRowIndex + step[0]];
      const cell = row?.cells[current.cellIndex + step[1]];
      if (!cell) return;
      event.preventDefault();
      cell.tabIndex = 0;
      cell.focus();
    });
  }

  // --- Long texts ------------------------------------------------------------------------------

  function makeFoldable(long) {
    const button = document.createElement("button");
    const fold = (unfolded) => {
      long.classList.toggle("am-unfolded", unfolded);
      button.setAttribute("aria-expanded", String(unfolded));
      button.textContent = unfolded ? "Less" : "More";
    };
    button.type = "button";
    button.className = "am-fold";
    button.addEventListener("click", () => fold(button.getAttribute("aria-expanded") !== "true"));
    fold(false);
    long.after(button);
  }

  for (const region of document.querySelectorAll(".am-result")) {
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    const say = (text) => {
      status.textContent = text;
    };
    region.before(status);
    makeSortable(region, say);
    makeCopyable(region, say);
    region.querySelectorAll(".am-long").forEach(makeFoldable);
  }
})();
