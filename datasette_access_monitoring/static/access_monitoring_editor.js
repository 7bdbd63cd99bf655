// What HTML alone cannot do in the query editor: a view shows its columns where it stands, a column's
// name goes in at the cursor when it is clicked, Ctrl-Enter or Cmd-Enter runs.  Without this file the form works as it is.
// Datasette 0.65 has CodeMirror 5, 1.0 has CodeMirror 6; where neither loads there is the textarea.
(() => {
  "use strict";
  const form = document.querySelector("form.sql");
  const schema = document.querySelector("#am-schema");
  const textarea = document.querySelector("textarea#sql-editor");

  function insert(text) {
    const five = form.querySelector(".CodeMirror");
    if (window.editor && window.editor.dispatch) {
      window.editor.dispatch(window.editor.state.replaceSelection(text));
      window.editor.focus();
    } else if (five && five.CodeMirror) {
      five.CodeMirror.replaceSelection(text);
      five.CodeMirror.focus();
    } else {
      textarea.setRangeText(text, textarea.selectionStart, textarea.selectionEnd, "end");
      textarea.focus();
    }
  }

  function cell(row, content) {
    row.insertCell().append(content);
  }

  function columnButton(name) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "am-insert";
    button.title = "Put it into the query";
    button.textContent = name;
    button.addEventListener("click", () => insert(name));
    return button;
  }

  function columnsTable(columns) {
    const table = document.createElement("table");
    table.className = "am-table";
    const head = table.createTHead().insertRow();
    for (const label of ["Column", "Type", "Meaning"]) {
      const heading = document.createElement("th");
      heading.scope = "col";
      heading.textContent = label;
      head.append(heading);
    }
    const body = table.createTBody();
    for (const column of columns) {
      const row = body.insertRow();
      cell(row, columnButton(column.name));
      cell(row, column.type);
      cell(row, column.desc);
    }
    return table;
  }

  function columnsRegion(view, columns) {
    const region = document.createElement("div");
    region.className = "am-scroll";
    region.tabIndex = 0;
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", `Columns of ${view}`);
    region.append(columnsTable(columns));
    return region;
  }

  async function showColumns(link) {
    const address = new URL(schema.dataset.schema, location.href);
    address.searchParams.set("view", link.dataset.view);
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${response.status} for the columns of a view`);
    const [view] = (await response.json()).views;
    link.parentElement.append(columnsRegion(view.name, view.columns));
  }

  for (const link of schema.querySelectorAll("a[data-view]")) {
    link.setAttribute("aria-expanded", "false");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const shown = link.parentElement.querySelector(".am-scroll");
      link.setAttribute("aria-expanded", String(!shown));
      if (shown) shown.remove();
      else showColumns(link).catch(() => location.assign(link.href)); // it is a page as well
    });
    const shown = link.parentElement.querySelector(".am-scroll");
    if (shown) {
      shown.remove();
      link.click();
    }
  }

  // Without this file they are links, which keep the query as it was sent.
  for (const link of document.querySelectorAll("a[data-days]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      form.elements.days.value = link.dataset.days;
      for (const one of document.querySelectorAll("a[data-days]")) one.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
    });
  }

  // Before the editors see it: theirs would run the query a second time, or without its status.
  form.addEventListener(
    "keydown",
    (event) => {
      const inEditor = event.target.closest(".CodeMirror, .cm-editor");
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey || (event.shiftKey && inEditor))) {
        event.preventDefault();
        event.stopPropagation();
        form.requestSubmit();
      }
    },
    true
  );
})();
