// Demo profile only: one click fills the ordinary form and sends it.
const form = document.getElementById("login-form");

for (const button of document.querySelectorAll("[data-demo-user]")) {
  button.addEventListener("click", () => {
    form.elements.login.value = button.dataset.demoUser;
    form.elements.password.value = button.dataset.demoPassword;
    form.requestSubmit();
  });
}
