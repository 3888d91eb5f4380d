// The scanned picture carries the code behind the #, which no server sees: it goes into the field and out of the address.

const field = document.querySelector("[data-setup-code]");

if (field && location.hash.length > 1) {
  field.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  field.form.querySelector("[type=submit]").focus();
}
