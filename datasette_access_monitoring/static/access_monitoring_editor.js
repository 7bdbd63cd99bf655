// What HTML alone cannot do in the query editor: a name goes in at the cursor, functions are completed, a number
// of days is chosen, Ctrl-Enter or Cmd-Enter runs.  Without this file the form works as it is.
// Datasette 0.65 has CodeMirror 5, 1.0 has CodeMirror 6; where neither loads there is the textarea.
(() => {
  "use strict";
  const form = document.querySelector("form.sql");
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

  // The lists of views and functions ask for it.
  form.addEventListener("am-insert", (event) => insert(event.detail));

  // Datasette 1.0 completes the names of views and columns; functions are told to the same editor.  They are
  // fetched when the first word is written.  CodeMirror 5 comes without completion.
  function functionsAsCompletions(address) {
    let asked = null;
    const fetched = async () => {
      const response = await fetch(address);
      return response.ok ? (await response.json()).functions : [];
    };
    return async (context) => {
      const word = context.matchBefore(/[A-Za-z_]\w*$/);
      if (!word) return null;
      const before = context.state.sliceDoc(0, word.from);
      if (before.split("'").length % 2 === 0) return null; // inside a text
      asked = asked || fetched();
      const options = (await asked).map((one) => ({
        label: one.name,
        apply: `${one.name}(`,
        type: "function",
        detail: one.signatures[0],
        info: one.doc,
      }));
      return { from: word.from, options, validFor: /^\w*$/ };
    };
  }

  window.addEventListener("DOMContentLoaded", () => {
    const { editor } = window;
    if (!editor || !editor.dispatch) return;
    // The bundle gives out the editor only; the classes that extend it are found through it.
    const StateEffect = editor.constructor.scrollIntoView(0).constructor;
    const address = document.querySelector("[data-functions]").dataset.functions;
    const complete = { autocomplete: functionsAsCompletions(address) };
    const source = editor.state.constructor.languageData.of(() => [complete]);
    editor.dispatch({ effects: StateEffect.appendConfig.of(source) });
  });

  // Without this file they are links, which keep the query as it was sent.
  const choices = [...document.querySelectorAll("a[data-days]")];
  for (const link of choices) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      form.elements.days.value = link.dataset.days;
      for (const one of choices) one.removeAttribute("aria-current");
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
