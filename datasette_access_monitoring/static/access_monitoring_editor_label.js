// The label of a SQL textarea also names the editor that takes its place, for those who cannot see it:
// CodeMirror 5 in Datasette 0.65, CodeMirror 6 in 1.0.
window.addEventListener("load", () => {
  "use strict";
  const label = document.querySelector('label[for="sql-editor"]');
  const field = document.querySelector(".CodeMirror textarea, .cm-content");
  if (label && field) field.setAttribute("aria-label", label.textContent);
});
