/* [data-autosubmit] on a select: a change sends its form, and the first page comes back. */
"use strict";
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-autosubmit]")) event.target.form.requestSubmit();
});
