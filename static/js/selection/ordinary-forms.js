/* What answers with a file or with another page is an ordinary form. */

export function ordinaryForms(selection) {
  const send = (event) => {
    event.preventDefault();
    const { ariaDisabled, dataset } = event.currentTarget;
    if (ariaDisabled) {
      document.dispatchEvent(new CustomEvent("studio:say", { detail: dataset.reason }));
      return;
    }
    const form = document.createElement("form");
    const fields = Object.fromEntries(new FormData(selection.form));
    selection.name(fields);
    form.method = "post";
    form.action = event.currentTarget.formAction;
    for (const [name, value] of Object.entries(fields)) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(form);
    form.submit();
    form.remove();
  };
  for (const button of selection.form.querySelectorAll("[data-ordinary]")) {
    button.addEventListener("click", send);
  }
}
