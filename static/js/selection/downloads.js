/* A download is an ordinary form, which leaves the page where it is. */

export function downloads(selection) {
  selection.form.querySelector("[data-download]")?.addEventListener("click", (event) => {
    event.preventDefault();
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
  });
}
