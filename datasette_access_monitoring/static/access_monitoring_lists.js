// The lists beside the query editor: a view shows its columns where it stands, the functions open below their
// heading, what is clicked goes into the query, and both are searched.  Without this file they are links.
(() => {
  "use strict";
  const form = document.querySelector("form.sql");
  const schema = document.querySelector("#am-schema");
  const reserved = new Set(schema.dataset.reserved.split(" "));

  // A name as a query must write it.
  function written(name) {
    const plain = /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name);
    return plain ? name : `"${name.replaceAll('"', '""')}"`;
  }

  function inserter(label, text) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "am-insert";
    button.title = "Put it into the query";
    button.textContent = label;
    button.addEventListener("click", () => form.dispatchEvent(new CustomEvent("am-insert", { detail: text })));
    return button;
  }

  function table(labels, rows) {
    const made = document.createElement("table");
    made.className = "am-table";
    const head = made.createTHead().insertRow();
    for (const label of labels) {
      const heading = document.createElement("th");
      heading.scope = "col";
      heading.textContent = label;
      head.append(heading);
    }
    const body = made.createTBody();
    for (const cells of rows) {
      const row = body.insertRow();
      for (const content of cells) row.insertCell().append(content);
    }
    return made;
  }

  function region(label, ...contents) {
    const made = document.createElement("div");
    made.className = "am-scroll";
    made.tabIndex = 0;
    made.setAttribute("role", "region");
    made.setAttribute("aria-label", label);
    made.append(...contents);
    return made;
  }

  // A field that leaves of some elements those that have all its words in them.
  function search(label, elements) {
    const field = document.createElement("input");
    const named = document.createElement("label");
    field.type = "search";
    named.className = "am-search";
    named.append(`${label} `, field);
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/);
      for (const one of elements) {
        const text = one.textContent.toLowerCase();
        one.hidden = !words.every((word) => text.includes(word));
      }
    });
    return named;
  }

  async function fetched(address) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${response.status} for ${address}`);
    return response.json();
  }

  async function columnsOf(link) {
    const address = new URL(schema.dataset.schema, location.href);
    address.searchParams.set("view", link.dataset.view);
    const [view] = (await fetched(address)).views;
    const rows = view.columns.map((one) => [inserter(one.name, written(one.name)), one.type, one.desc]);
    const name = inserter(view.name, written(view.name));
    return region(`Columns of ${view.name}`, name, table(["Column", "Type", "Meaning"], rows));
  }

  async function functionsOf(link) {
    const { functions } = await fetched(link.dataset.functions);
    const rows = functions.map((one) => {
      const takes = one.signatures.join("\n");
      return [inserter(one.name, `${one.name}(`), takes, `${one.group}: ${one.doc}`];
    });
    const made = table(["Function", "Takes and gives", "Meaning"], rows);
    return region("Functions", search("Find a function", [...made.tBodies[0].rows]), made);
  }

  // The link opens what it leads to where it stands; `place` is the element that it goes into.
  function opens(link, place, content) {
    link.setAttribute("aria-expanded", "false");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const shown = place.querySelector(".am-scroll");
      link.setAttribute("aria-expanded", String(!shown));
      if (shown) shown.remove();
      else
        content(link)
          .then((made) => place.append(made))
          .catch(() => location.assign(link.href)); // it is a page as well
    });
    // What the server opened has no buttons.
    const shown = place.querySelector(".am-scroll");
    if (shown) {
      shown.remove();
      link.click();
    }
  }

  for (const link of schema.querySelectorAll("a[data-view]")) opens(link, link.parentElement, columnsOf);
  const functions = document.querySelector("a[data-functions]");
  opens(functions, functions.closest("section"), functionsOf);
  schema.before(search("Find a view", [...schema.children]));
})();
